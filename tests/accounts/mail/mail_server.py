"""A mail server on this machine that answers each recipient and each message as it is told."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Conversation(socketserver.StreamRequestHandler):
    server: "MailServer"

    def handle(self) -> None:
        self.say("220 ready")
        for line in self.rfile:
            command = line.decode().strip().upper()
            if command == "DATA":
                self.say("354 go on")
                self.server.messages.append(self.read_message())
                self.say(self.server.to_message)
            elif command == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say(self.server.to_recipient if command.startswith("RCPT") else "250 ok")

    def read_message(self) -> str:
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(lines).decode()

    def say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.to_recipient = self.to_message = "250 ok"
        self.messages: list[str] = []


@contextmanager
def run_mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
