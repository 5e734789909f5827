"""The council: procedure, and the decision that activates a plan."""
