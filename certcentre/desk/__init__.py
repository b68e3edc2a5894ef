"""The desk: home, work lists, help, health, notices, and the commands that touch everything."""
