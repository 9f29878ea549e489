"""A simulated AWS for rehearsals: moto, plus the operations and refusals that moto does not have.

Packages, lowest first. Each imports only itself and packages listed before it:

    in_process     moto, called in this process; regions and partitions
    scenarios      how AWS behaves: YAML files and their models
    wire           requests and answers in each service's protocol, signatures, errors
    world          state: clock, accounts, keys, scheduled changes; calls
    services       the AWS services, a folder or a file each
    dispatch       who may call, and which operation answers
    participants   simulated participants and what they leave behind (does not import dispatch)
    http           server, addresses of AWS, console sign-in, control addresses
"""
