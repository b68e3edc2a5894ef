"""The provider's pages: what they do about solutions, answers, evidence and declarations."""
