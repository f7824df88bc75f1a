"""A NEO 2 reader of ID TECH without hardware: what udev and /sys say of it (umockdev), the reports of its HID node (for
hidraw-shim.c), and its field, a TCP port to which cards connect as to vpcd.

Prints one JSON line with the environment for programs that shall see the reader, and the port of its field. Then obeys
"unplug" and "plug", a line each, and says "done" after each. Ends when its input ends.
"""
import json
import os
import queue
import shutil
import socket
import struct
import sys
import tempfile
import threading
import time

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import UMockdev  # noqa: E402

VENDOR, PRODUCT, NAME, SERIAL = 0x0ACD, 0x3530, "VP3300", "VIRT0001"
# Vendor-defined page, one collection, reports 1 to 4 of 63 bytes in and out.
REPORTS = b"".join(bytes.fromhex(f"85{i:02X}0901150026FF007508953F810285{i:02X}0902150026FF007508953F9102") for i in range(1, 5))
DESCRIPTOR = bytes.fromhex("0600FF0901A101") + REPORTS + b"\xc0"

UDEV = """P: {usb}
N: bus/usb/001/002
E: DEVTYPE=usb_device
E: DEVNAME=/dev/bus/usb/001/002
E: MAJOR=189
E: MINOR=1
E: SUBSYSTEM=usb
E: PRODUCT={vendor:x}/{product:x}/100
A: idVendor={vendor:04x}\\n
A: idProduct={product:04x}\\n
A: bcdDevice=0100\\n
A: busnum=1\\n
A: devnum=2\\n
A: manufacturer=Virtual ID TECH\\n
A: product={name}\\n
A: serial={serial}\\n

P: {usb}/{interface}
E: DEVTYPE=usb_interface
E: DRIVER=usbhid
E: SUBSYSTEM=usb
A: bInterfaceNumber=00\\n
A: bInterfaceClass=03\\n

P: {hid}
E: DRIVER=hid-generic
E: HID_ID=0003:{vendor:08X}:{product:08X}
E: HID_NAME={name}
E: HID_PHYS=usb-0000:00:14.0-1/input0
E: HID_UNIQ={serial}
E: SUBSYSTEM=hid
H: report_descriptor={descriptor}

P: {hid}/hidraw/hidraw{minor}
N: hidraw{minor}
E: DEVNAME=/dev/hidraw{minor}
E: MAJOR=243
E: MINOR={minor}
E: SUBSYSTEM=hidraw
A: dev=243:{minor}\\n
L: device=../../../{node}
"""


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021) & 0xFFFF if crc & 0x8000 else (crc << 1) & 0xFFFF
    return crc


class Field:
    """The card that is held to the reader: the last one that connected, until it hangs up."""

    def __init__(self):
        self.card = None
        self.changed = threading.Condition()
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            card, _ = self.listener.accept()
            card.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.changed:
                self.card = card
                self.changed.notify_all()

    def wait(self, seconds):
        """True when a card is there; a card that hung up meanwhile is not."""
        with self.changed:
            self.changed.wait_for(lambda: self.card is not None, seconds)
            if self.card is None:
                return False
            try:
                self.card.setblocking(False)
                is_gone = self.card.recv(1, socket.MSG_PEEK) == b""
            except BlockingIOError:
                is_gone = False
            except OSError:
                is_gone = True
            if is_gone:
                self.card = None
            else:
                self.card.setblocking(True)
            return not is_gone

    def send(self, message):
        self.card.sendall(struct.pack(">H", len(message)) + message)

    def receive(self, length):
        received = b""
        while len(received) < length:
            part = self.card.recv(length - len(received))
            if not part:
                raise OSError("the card left")
            received += part
        return received

    def ask(self, message):
        """The card's answer; None where it left."""
        try:
            if self.card is None:
                return None
            self.send(message)
            return self.receive(struct.unpack(">H", self.receive(2))[0])
        except OSError:
            with self.changed:
                self.card = None
            return None


class Reader:
    """The commands of the reader: frames in, frames out."""

    TAG = b"ViVOtech2\0"
    OK, BAD_CRC, UNKNOWN, TIMEOUT, NOT_ALLOWED = 0x00, 0x02, 0x04, 0x08, 0x0B

    def __init__(self, field):
        self.field = field
        self.begun = b""
        self.passes_through = False
        self.frames = queue.Queue()
        self.reply_report = lambda report: None
        threading.Thread(target=self.work, daemon=True).start()

    def take_report(self, report):
        kind, body = report[0], report[1:]
        self.begun = body if kind in (1, 2) else self.begun + body
        if kind in (1, 4):
            self.frames.put(self.begun)

    def reply(self, command, status, data=b""):
        frame = self.TAG + bytes([command, status]) + struct.pack(">H", len(data)) + data
        frame += struct.pack(">H", crc16(frame))
        parts = [frame[i : i + 63] for i in range(0, len(frame), 63)]
        for index, part in enumerate(parts):
            kind = 1 if len(parts) == 1 else 2 if index == 0 else 4 if index == len(parts) - 1 else 3
            self.reply_report(bytes([kind]) + part.ljust(63, b"\0"))

    def work(self):
        while True:
            frame = self.frames.get()
            command, sub, length = frame[10], frame[11], struct.unpack(">H", frame[12:14])[0]
            end = 14 + length
            order = ">H" if command == 0x2C else "<H"
            if frame[:10] != self.TAG or frame[end : end + 2] != struct.pack(order, crc16(frame[:end])):
                self.reply(command, self.BAD_CRC)
            else:
                self.obey(command, sub, frame[14:end])

    def obey(self, command, sub, data):
        if (command, sub) == (0x18, 0x01):
            self.reply(command, self.OK)
        elif (command, sub) == (0x2C, 0x01):
            self.passes_through = data == b"\1"
            self.reply(command, self.OK)
        elif command != 0x2C:
            self.reply(command, self.UNKNOWN)
        elif not self.passes_through:
            self.reply(command, self.NOT_ALLOWED)
        elif sub == 0x02:
            self.poll(command, data[0] + data[1] / 100)
        elif sub == 0x03:
            answer = self.field.ask(data)
            self.reply(command, self.TIMEOUT if answer is None else self.OK, answer or b"")
        else:
            self.reply(command, self.UNKNOWN)

    def poll(self, command, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.field.wait(end - time.monotonic()):
                continue
            try:
                self.field.send(b"\x01")  # the field comes up
            except OSError:
                continue
            uid = self.field.ask(bytes.fromhex("FFCA000000"))
            if uid is not None:
                return self.reply(command, self.OK, b"\1" + uid[:-2])
        self.reply(command, self.TIMEOUT)


class Node:
    """The reader plugged in, under one number of /dev/hidrawN."""

    def __init__(self, testbed, folder, minor, reader):
        usb = "/devices/pci0000:00/0000:00:14.0/usb1/1-1"
        node = f"0003:{VENDOR:04X}:{PRODUCT:04X}.{minor + 1:04X}"
        hid = f"{usb}/1-1:1.0/{node}"
        self.testbed, self.reader = testbed, reader
        self.places = [f"{hid}/hidraw/hidraw{minor}", hid, f"{usb}/1-1:1.0", usb]
        testbed.add_from_string(
            UDEV.format(usb=usb, interface="1-1:1.0", hid=hid, node=node, minor=minor, vendor=VENDOR, product=PRODUCT, name=NAME, serial=SERIAL, descriptor=DESCRIPTOR.hex().upper())
        )
        self.connections, self.listeners = [], []
        for channel, serve in (("reports", self.serve_reports), ("control", self.serve_control)):
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            listener.bind(f"{folder}/{minor}.{channel}")
            listener.listen(8)
            self.listeners.append(listener)
            threading.Thread(target=self.accept, args=(listener, serve), daemon=True).start()

    def accept(self, listener, serve):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    def serve_reports(self, connection):
        def send(report):
            try:
                connection.send(report, socket.MSG_DONTWAIT)
            except OSError:
                pass  # as the kernel: who does not read in time loses reports

        self.reader.reply_report = send
        while True:
            try:
                report = connection.recv(8192)
            except OSError:
                return
            if not report:
                return
            self.reader.take_report(report)

    def serve_control(self, connection):
        answers = {
            0x01: (0, struct.pack("<i", len(DESCRIPTOR))),
            0x02: (0, struct.pack("<I", len(DESCRIPTOR)) + DESCRIPTOR),
            0x03: (0, struct.pack("<IHH", 3, VENDOR, PRODUCT)),
            0x04: (len(NAME) + 1, NAME.encode() + b"\0"),
        }
        while True:
            try:
                request = connection.recv(8192)
            except OSError:
                return
            if not request:
                return
            result, data = answers.get(request[0], (-22, b""))
            connection.send(struct.pack("<i", result) + data)

    def unplug(self):
        for listener in self.listeners:
            listener.close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for place in self.places:
            self.testbed.remove_device("/sys" + place)


def main():
    testbed = UMockdev.Testbed.new()
    folder = tempfile.mkdtemp(prefix="hidraw-")
    field = Field()
    reader = Reader(field)
    minor = 0
    node = Node(testbed, folder, minor, reader)
    environment = {"UMOCKDEV_DIR": testbed.get_root_dir(), "HIDRAW_SHIM": folder}
    print(json.dumps({"environment": environment, "port": field.listener.getsockname()[1]}), flush=True)
    for line in sys.stdin:
        if line.strip() == "unplug":
            node.unplug()
        else:
            minor += 1  # umockdev takes no node again that it removed
            node = Node(testbed, folder, minor, reader)
        print("done", flush=True)
    for place in (folder, testbed.get_root_dir()):
        shutil.rmtree(place, ignore_errors=True)
    os._exit(0)  # the threads wait for cards that do not come any more


main()
