"""moto called in this process, without a socket, under this simulator's time and accounts."""
