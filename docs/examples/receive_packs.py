"""Receives the packs that wait for a Local Authority, with nats-py and cryptography alone: saved and verified first, acknowledged then.

python receive_packs.py tls://bus.example.org:4222 803 803.creds 803.key packs.pub FOLDER      (packs.pub: our key, 64 hexadecimal digits)
"""

import asyncio
import base64
import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import nats
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def opened(message: bytes, key: X25519PrivateKey, sender: Ed25519PublicKey) -> tuple[str, dict[str, bytes]]:
    line, parcel = message.split(b"\n", 1)
    label, header, ephemeral = json.loads(line), parcel[:43], parcel[11:43]
    salt = ephemeral + key.public_key().public_bytes_raw()
    okm = HKDF(SHA256(), 44, salt, b"iewo parcel 1").derive(key.exchange(X25519PublicKey.from_public_bytes(ephemeral)))
    bound = header + b"".join(len(text).to_bytes(4, "big") + text.encode() for text in (label["pack"], label["authority"]))
    contents, rest = AESGCM(okm[:32]).decrypt(okm[32:], parcel[43:], bound).split(b"\n", 1)
    files = {}
    for file in json.loads(contents)["files"]:
        files[file["name"]], rest = rest[: file["size"]], rest[file["size"] :]
    sender.verify(bytes.fromhex(files["manifest.sig"].decode()), files["manifest.json"])
    manifest = json.loads(files["manifest.json"])
    signed = {part["name"]: part["sha256"] for part in manifest["parts"]}
    found = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if not name.startswith("manifest.")}
    assert (manifest["pack"], manifest["authority"], signed) == (label["pack"], label["authority"], found), "not as it was signed"
    return manifest["pack"], files


def save(folder: Path, files: dict[str, bytes]) -> None:
    partial = folder.with_name(f".partial-{folder.name}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700, parents=True)
    for name, content in files.items():
        with (partial / name).open("xb") as stream:
            stream.write(content)
            os.fsync(stream.fileno())
    partial.rename(folder)
    os.fsync(os.open(folder.parent, os.O_RDONLY))


async def main(url: str, la: str, creds: str, key: str, sender: str, to: str) -> None:
    private = X25519PrivateKey.from_private_bytes(base64.b64decode(Path(key).read_text()))
    trusted = Ed25519PublicKey.from_public_bytes(bytes.fromhex(Path(sender).read_text().strip()))
    token = Path(creds).read_text().split()[4].split(".")[1]
    account = json.loads(base64.urlsafe_b64decode(token + "=="))["iss"]  # the durable is named by the LA's account
    bus = await nats.connect(url, user_credentials=creds, inbox_prefix=f"_INBOX_{la}".encode())
    packs = await bus.jetstream().pull_subscribe_bind(account, stream="PACKS")
    try:
        while True:
            [message] = await packs.fetch(1, timeout=2)
            pack, files = opened(message.data, private, trusted)
            if not (Path(to) / pack).exists():
                save(Path(to) / pack, files)
            await message.ack_sync()
            print(pack)
    except nats.errors.TimeoutError:
        await bus.close()  # no pack waits


asyncio.run(main(*sys.argv[1:]))
