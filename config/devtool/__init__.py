"""The project's own commands: set up, serve, test. Standard library only."""
