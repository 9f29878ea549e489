"""Calls to moto in this process, without a socket, with the simulator's time and account ids."""
