#!/usr/bin/env python3
"""Makes the vectors of this folder anew, with fresh keys that are thrown away.

usage: make.py FOLDER        (needs the package "cryptography"; run by hand, never by the build)

Devices of a maker that is none, one of each kind of key. The root signs with Ed25519, the authority
under it with P-384: rsa.pem is what no device of the register may have.
"""
import datetime
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

START = datetime.datetime(2025, 1, 1)
END = datetime.datetime(2035, 1, 1)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def usage(**allowed):
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{each: allowed.get(each, False) for each in names})


def hash_for(key):
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA384()


class Holder:
    def __init__(self, text, key, issuer=None, authority=False):
        self.name, self.key = name(text), key
        signer = issuer or self
        builder = x509.CertificateBuilder().subject_name(self.name).issuer_name(signer.name)
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(START).not_valid_after(END)
        builder = builder.add_extension(
            x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        allowed = {"key_cert_sign": True, "crl_sign": True} if authority else {
            "digital_signature": True}
        builder = builder.add_extension(usage(**allowed), critical=True)
        self.certificate = builder.sign(signer.key, hash_for(signer.key))

    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def revocation_list(self, revoked=()):
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.name)
        builder = builder.last_update(datetime.datetime(2026, 1, 1)).next_update(
            datetime.datetime(2027, 1, 1))
        for holder in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(
                holder.certificate.serial_number)
            builder = builder.add_revoked_certificate(
                entry.revocation_date(datetime.datetime(2026, 3, 1)).build())
        return builder.sign(self.key, hash_for(self.key)).public_bytes(
            serialization.Encoding.PEM).decode()


def main():
    folder = pathlib.Path(sys.argv[1])
    root = Holder("Maker root", ed25519.Ed25519PrivateKey.generate(), authority=True)
    batch = Holder("Maker batch 7", ec.generate_private_key(ec.SECP384R1()), root, authority=True)
    keys = {"ed25519": ed25519.Ed25519PrivateKey.generate(),
            "p256": ec.generate_private_key(ec.SECP256R1()),
            "p384": ec.generate_private_key(ec.SECP384R1()),
            "rsa": rsa.generate_private_key(65537, 2048)}
    devices = {kind: Holder("device " + kind, key, batch) for kind, key in keys.items()}
    for kind, device in devices.items():
        (folder / (kind + ".pem")).write_text(device.pem() + batch.pem() + root.pem())
    (folder / "root.pem").write_text(root.pem())
    (folder / "lists.pem").write_text(root.revocation_list() + batch.revocation_list())
    (folder / "lists_p256_revoked.pem").write_text(
        root.revocation_list() + batch.revocation_list([devices["p256"]]))


main()
