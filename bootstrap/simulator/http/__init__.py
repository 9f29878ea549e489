"""The HTTP server: AWS's addresses, the console's sign-in, the control addresses of tests and rehearsals."""
