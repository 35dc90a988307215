"""One way to write an address, so that one mailbox is one account."""

import unicodedata

from django.utils.encoding import punycode


def spell(address: str) -> str:
    """Small letters, and an international domain as mail servers know it; what is no address comes back in small."""
    address = unicodedata.normalize("NFC", address.strip()).lower()
    name, at, domain = address.rpartition("@")
    try:
        return f"{name}{at}{punycode(domain)}"
    except UnicodeError:
        return address
