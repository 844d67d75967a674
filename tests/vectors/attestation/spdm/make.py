#!/usr/bin/env python3
"""Makes the vectors of this folder anew, with fresh keys that are thrown away.

usage: make.py FOLDER        (needs the package "cryptography"; run by hand, never by the build)

A device of no maker answers one GET_MEASUREMENTS of SPDM 1.1. Chain: leaf, authority, root, all
P-384 with SHA-384. What differs in the other files is in their names; see README.md.
"""
import base64
import datetime
import json
import pathlib
import struct
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import NameOID, ObjectIdentifier

DAY = datetime.timedelta(days=1)
START = datetime.datetime(2025, 1, 1)
END = datetime.datetime(9999, 12, 31, 23, 59, 59)
TCB_INFO = ObjectIdentifier("2.23.133.5.4.1")
DEVICE_INFO = ObjectIdentifier("1.3.6.1.4.1.412.274.1")
FIRMWARE = bytes(range(48))
NONCE = bytes(range(100, 132))
VALUES = {1: b"\x11" * 48, 2: b"\x22" * 48, 3: b"\x33" * 48}


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def der(tag, content):
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    return bytes([tag, 0x81, len(content)]) + content


FWID = der(0x30, bytes.fromhex("0609608648016503040202") + der(0x04, FIRMWARE))
OLDER_FORM = der(0x30, b"\x02\x01\x01" + der(0x30, b"") + FWID)
TAGGED_FORM = der(0x30, der(0x80, b"MUSTER") + der(0xA6, FWID))


class Authority:
    def __init__(self, text, issuer=None, is_ca=True, path=None, critical=None):
        self.key = ec.generate_private_key(ec.SECP384R1())
        self.name = name(text)
        signer = issuer or self
        builder = started(self, signer, START, END).add_extension(
            x509.BasicConstraints(ca=is_ca, path_length=path), critical=True).add_extension(
            usage(key_cert_sign=True, crl_sign=True), critical=True)
        if critical:
            builder = builder.add_extension(x509.UnrecognizedExtension(critical, b"\x05\x00"), True)
        self.certificate = builder.sign(signer.key, hashes.SHA384())

    def revocation_list(self, revoked, issued, until):
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.name)
        builder = builder.last_update(issued).next_update(until)
        for certificate in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
            builder = builder.add_revoked_certificate(
                entry.revocation_date(datetime.datetime(2026, 3, 1)).build())
        signed = builder.sign(self.key, hashes.SHA384())
        return signed.public_bytes(serialization.Encoding.PEM).decode()


def usage(**allowed):
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{each: allowed.get(each, False) for each in names})


def started(subject, issuer, start, end):
    return x509.CertificateBuilder().subject_name(subject.name).issuer_name(issuer.name).public_key(
        subject.key.public_key()).serial_number(x509.random_serial_number()).not_valid_before(
        start).not_valid_after(end)


class Device:
    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP384R1())
        self.name = name("GHTEST device")

    def certificate(self, issuer, start=START, end=END, tcb_info=OLDER_FORM, usages=None):
        info = b"MUSTER:GHTEST:0000000000000001"
        alternative = x509.SubjectAlternativeName(
            [x509.OtherName(DEVICE_INFO, der(0x0C, info))])
        builder = started(self, issuer, start, end).add_extension(
            usages or usage(digital_signature=True), critical=True).add_extension(alternative, False)
        return builder.add_extension(x509.UnrecognizedExtension(TCB_INFO, tcb_info), False).sign(
            issuer.key, hashes.SHA384())


def report(key, firmware=FIRMWARE, values=None, slot=0):
    request = b"\x11\xe0\x01\xff" + NONCE + bytes([slot])
    record = b"".join(
        bytes([index, 1]) + struct.pack("<H", 3 + len(value)) + b"\x01" +
        struct.pack("<H", len(value)) + value for index, value in (values or VALUES).items())
    counters = struct.pack("<3I", 1, 2, 0)
    fields = {3: b"1.2.3\0", 6: bytes.fromhex("0074009620000000"), 12: counters, 20: firmware}
    opaque = b"".join(struct.pack("<HH", field, len(value)) + value
                      for field, value in fields.items())
    response = b"\x11\x60\x00" + bytes([slot, len(values or VALUES)])
    response += len(record).to_bytes(3, "little") + record + bytes(range(32))
    signed = request + response + struct.pack("<H", len(opaque)) + opaque
    r, s = utils.decode_dss_signature(key.sign(signed, ec.ECDSA(hashes.SHA384())))
    return signed + r.to_bytes(48, "big") + s.to_bytes(48, "big")


def pem(*certificates):
    return "".join(each.public_bytes(serialization.Encoding.PEM).decode() for each in certificates)


def main():
    root = Authority("Muster test root")
    middle = Authority("Muster test authority", root, path=0)
    device = Device()
    leaf = device.certificate(middle)
    good = pem(leaf, middle.certificate, root.certificate)
    signed = report(device.key)
    now = datetime.datetime(2026, 1, 1)
    later = datetime.datetime(2027, 1, 1)
    not_ca = Authority("Muster test authority", root, is_ca=False)
    strange = Authority("Muster test authority", root, critical=ObjectIdentifier("1.2.3.4"))
    upper = Authority("Muster test upper authority", root, path=0)
    lower = Authority("Muster test lower authority", upper, path=0)
    short = datetime.datetime(2025, 6, 1)
    evidence = {"arch": "HOPPER", "certificate": base64.b64encode(good.encode()).decode(),
                "evidence": base64.b64encode(signed).decode(), "nonce": NONCE.hex()}
    reference = {"source": "test values", "ignored": [3],
                 "measurements": {str(i): [VALUES[i].hex()] for i in (1, 2)}}
    files = {
        "report.hex": signed.hex() + "\n",
        "report_other_firmware.hex": report(device.key, firmware=b"\xee" * 48).hex() + "\n",
        "chain.pem": good,
        "chain_tagged_tcb_info.pem": pem(device.certificate(middle, tcb_info=TAGGED_FORM),
                                         middle.certificate, root.certificate),
        "chain_expired.pem": pem(device.certificate(middle, end=short), middle.certificate,
                                 root.certificate),
        "chain_early.pem": pem(device.certificate(middle, start=later), middle.certificate,
                               root.certificate),
        "chain_not_authority.pem": pem(device.certificate(not_ca), not_ca.certificate,
                                       root.certificate),
        "chain_critical_extension.pem": pem(device.certificate(strange), strange.certificate,
                                            root.certificate),
        "chain_too_long.pem": pem(device.certificate(lower), lower.certificate, upper.certificate,
                                  root.certificate),
        "chain_leaf_may_not_sign.pem": pem(
            device.certificate(middle, usages=usage(key_agreement=True)), middle.certificate,
            root.certificate),
        "root.pem": pem(root.certificate),
        "revoked_none.pem": middle.revocation_list([], now, later) +
        root.revocation_list([], now, later),
        "revoked_leaf.pem": middle.revocation_list([leaf], now, later) +
        root.revocation_list([], now, later),
        "revoked_out_of_date.pem": middle.revocation_list([], START, START + 30 * DAY) +
        root.revocation_list([], START, START + 30 * DAY),
        "evidence.json": json.dumps([evidence], indent=2) + "\n",
        "reference.json": json.dumps(reference, indent=2) + "\n",
    }
    folder = pathlib.Path(sys.argv[1])
    for file, text in files.items():
        (folder / file).write_text(text)


if __name__ == "__main__":
    main()
