"""Cases: what somebody tells the centre is wrong, and what the centre finds."""
