"""What a kubelet does for a pod and this machine does not: the host's name is the pod's, and leads to its address."""

import os
import socket

if "POD_ADDRESS" in os.environ:
    socket.gethostname = lambda: os.environ["POD_ADDRESS"]
