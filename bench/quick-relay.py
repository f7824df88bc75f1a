"""Carries bytes between a card and vsmartcard's virtual reader, acknowledging each packet at once. The reader sends the length of
a command and the command apart, and TCP lets the second wait for a delayed acknowledgement of the first, 40 ms a command: what is
measured shall be pcscd and not that. Takes the reader's port, prints its own, and ends with its input."""
import socket
import sys
import threading


def carry(source, target, is_quick):
    while True:
        if is_quick:
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = source.recv(4096)
        if not part:
            break
        target.sendall(part)
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(listener, port):
    while True:
        card, _ = listener.accept()
        reader = socket.create_connection(("127.0.0.1", port))
        for end in (card, reader):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=carry, args=(reader, card, True), daemon=True).start()
        threading.Thread(target=carry, args=(card, reader, False), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener, int(sys.argv[1])), daemon=True).start()
print(listener.getsockname()[1], flush=True)
sys.stdin.read()
