"""From a call to the operation that answers it: who may call, our own operation or moto's."""
