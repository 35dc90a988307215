"""What of the environment does not fit together, each as a sentence that says what to set."""

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from payments.money import find_fault
from payments.safety import LIVE_KEYS, find_dangers, host_of, is_loopback

Environment = Mapping[str, str]

SHORTEST_SECRET_KEY = 50
SHORTEST_TOKEN = 20
ELSEWHERE = "or DEBUG=1 on a machine that only you can reach"
# What production cannot do without, and why.
REQUIRED = {
    "SECRET_KEY": "at least 50 random characters, kept secret",
    "SITE_URL": "the academy's address, as in https://academy.example.org",
    "DATABASE_URL": "postgres://user:password@host/name",
    "REDIS_URL": "redis://host:6379/0, which all processes share",
    "EMAIL_HOST": "the academy mails codes, receipts and certificates",
    "STRIPE_API_KEY": "the secret key from Stripe's dashboard",
    "STRIPE_WEBHOOK_SECRET": "the signing secret of the webhook endpoint from Stripe's dashboard",
}
FLAGS = (
    *("DEBUG", "EMAIL_USE_TLS", "EMAIL_USE_SSL", "STAFF_SECOND_FACTOR"),
    *("STRIPE_AUTOMATIC_TAX", "STRIPE_PROMOTION_CODES"),
    "TEST_SET_REQUIRED",
)
NUMBERS = ("PORT", "EMAIL_PORT", "TRUSTED_PROXIES", "PRICE_AMOUNT", "REFUND_DAYS", "GIFT_DAYS", "STUDIES")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
S3_DETAILS = ("S3_ENDPOINT_URL", "S3_REGION", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")


def find_faults(env: Environment) -> list[str]:
    return [fault for rule in RULES for fault in rule(env)]


def is_development(env: Environment) -> bool:
    return env.get("DEBUG") == "1"


def is_here(env: Environment) -> bool:
    """Whether the academy's own address is on this machine: development, a rehearsal, a measurement."""
    return is_loopback(host_of(env.get("SITE_URL") or "http://localhost"))


# --- Each by itself ---------------------------------------------------------------------------------


def missing(env: Environment) -> Iterator[str]:
    if is_development(env):
        return
    for name, meaning in REQUIRED.items():
        is_replaced = name == "EMAIL_HOST" and env.get("EMAIL_PROVIDER")
        if not env.get(name) and not is_replaced:
            yield f"Set {name} ({meaning}), {ELSEWHERE}."


def malformed(env: Environment) -> Iterator[str]:
    for name in FLAGS:
        if env.get(name, "") not in ("", "0", "1"):
            yield f"Set {name} to 1 or to 0: {env[name]!r} is neither."
    for name in NUMBERS:
        if env.get(name) and not env[name].isdecimal():
            yield f"Set {name} to a whole number: {env[name]!r} is none."
    if env.get("LOG_LEVEL") and env["LOG_LEVEL"] not in LEVELS:
        yield f"Set LOG_LEVEL to one of {', '.join(LEVELS)}."


def weak_secrets(env: Environment) -> Iterator[str]:
    key = env.get("SECRET_KEY")
    if key and (len(key) < SHORTEST_SECRET_KEY or len(set(key)) < 5 or key.startswith("django-insecure-")):
        yield f"Set SECRET_KEY to at least {SHORTEST_SECRET_KEY} random characters: this one can be guessed."
    token = env.get("METRICS_TOKEN")
    if token and len(token) < SHORTEST_TOKEN:
        yield f"Set METRICS_TOKEN to at least {SHORTEST_TOKEN} random characters: this one can be guessed."


def address(env: Environment) -> Iterator[str]:
    if not env.get("SITE_URL"):
        return
    url, site = env["SITE_URL"], urlsplit(env["SITE_URL"])
    if site.scheme not in ("http", "https") or not host_of(url) or site.path.strip("/") or site.query:
        yield f"Set SITE_URL to a scheme and a host alone, as in https://academy.example.org: {url!r} is more or less."
    elif is_development(env) and not is_here(env):
        yield f"Set SITE_URL to http://localhost:8000, or remove DEBUG: DEBUG=1 shows secrets to whoever opens {url}."
    elif site.scheme == "http" and not is_here(env):
        yield f"Set SITE_URL to an address with https: over {url} codes and sessions could be read on their way."
    elif site.scheme == "https" and not is_development(env) and not env.get("TRUSTED_PROXIES"):
        yield (
            "Set TRUSTED_PROXIES to the number of proxies that stand in front of the web processes: "
            "1 behind one that ends TLS, 0 where gunicorn itself does."
        )


def error_service(env: Environment) -> Iterator[str]:
    dsn = urlsplit(env.get("SENTRY_DSN", ""))
    is_complete = dsn.scheme in ("http", "https") and dsn.username and dsn.hostname and dsn.path.strip("/")
    if env.get("SENTRY_DSN") and not is_complete:
        yield "Set SENTRY_DSN to the address that the error service gave you, as in https://KEY@errors.example.org/1."


# --- Data, files, mail ------------------------------------------------------------------------------


def servers(env: Environment) -> Iterator[str]:
    database, redis = env.get("DATABASE_URL"), env.get("REDIS_URL")
    if database and not is_development(env) and urlsplit(database).scheme not in ("postgres", "postgresql"):
        yield "Set DATABASE_URL to postgres://user:password@host/name: any other database is for development."
    if redis and urlsplit(redis).scheme not in ("redis", "rediss"):
        yield "Set REDIS_URL to redis://host:6379/0, or rediss://host:6379/0 with TLS."


def bucket(env: Environment) -> Iterator[str]:
    given = [name for name in S3_DETAILS if env.get(name)]
    if not env.get("S3_BUCKET"):
        if given:
            yield f"Set S3_BUCKET, or remove {', '.join(given)}: without it, files are kept under VAR_DIR."
        return
    if not env.get("S3_REGION") and not env.get("S3_ENDPOINT_URL"):
        yield "Set S3_REGION (of Amazon S3), or S3_ENDPOINT_URL (of another object storage): where S3_BUCKET is."
    if bool(env.get("S3_ACCESS_KEY_ID")) != bool(env.get("S3_SECRET_ACCESS_KEY")):
        yield "Set both S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or neither where the machine has a role of its own."
    yield from endpoint(env)


def endpoint(env: Environment) -> Iterator[str]:
    """Browsers are sent to it with links that expire."""
    url = env.get("S3_ENDPOINT_URL")
    if not url:
        return
    store, site = urlsplit(url), urlsplit(env.get("SITE_URL", ""))
    if store.scheme not in ("http", "https") or not host_of(url):
        yield f"Set S3_ENDPOINT_URL to an address, as in https://s3.example.org: {url!r} is none."
    elif store.scheme == "http" and not is_here(env):
        yield "Set S3_ENDPOINT_URL to an address with https: browsers refuse pictures over http on a page over https."
    elif store.netloc == site.netloc:
        yield "Set S3_ENDPOINT_URL to a host of its own: on the academy's, an uploaded file could act as a page of it."


def mail(env: Environment) -> Iterator[str]:
    if bool(env.get("EMAIL_HOST_USER")) != bool(env.get("EMAIL_HOST_PASSWORD")):
        yield "Set both EMAIL_HOST_USER and EMAIL_HOST_PASSWORD, or neither where the mail server asks for none."
    flags = [name for name in ("EMAIL_USE_TLS", "EMAIL_USE_SSL") if env.get(name) == "1"]
    if len(flags) == 2:
        yield "Set EMAIL_USE_TLS=1 (STARTTLS, port 587) or EMAIL_USE_SSL=1 (TLS at once, port 465), not both."
    if env.get("EMAIL_HOST_PASSWORD") and not flags and not is_loopback(env.get("EMAIL_HOST", "")):
        yield "Set EMAIL_USE_TLS=1, or EMAIL_USE_SSL=1: with neither, EMAIL_HOST_PASSWORD could be read on its way."
    if not is_development(env) and not is_here(env) and not env.get("DEFAULT_FROM_EMAIL"):
        yield "Set DEFAULT_FROM_EMAIL to the sender of every mail, as in eScan Academy <academy@example.org>."


# --- Payments ---------------------------------------------------------------------------------------


def stripe(env: Environment) -> Iterator[str]:
    key, secret, sandbox = (env.get(f"STRIPE_{name}", "") for name in ("API_KEY", "WEBHOOK_SECRET", "SANDBOX_URL"))
    if is_development(env) and key and not secret:
        yield "Set STRIPE_WEBHOOK_SECRET along with STRIPE_API_KEY: otherwise anybody could tell of payments."
    if key and not key.startswith(("sk_", "rk_")):
        yield "Set STRIPE_API_KEY to a secret key: it begins with sk_ or rk_."
    if secret and not secret.startswith("whsec_"):
        yield "Set STRIPE_WEBHOOK_SECRET to the signing secret of the webhook endpoint: it begins with whsec_."
    if key.startswith(LIVE_KEYS) and is_development(env):
        yield "Set STRIPE_API_KEY to a test key, or remove DEBUG: with DEBUG=1 no real money may move."
    if env.get("PRICE_CURRENCY") and (fault := find_fault(env["PRICE_CURRENCY"])):
        yield fault
    if env.get("PRICE_AMOUNT", "").isdecimal() and not int(env["PRICE_AMOUNT"]):
        yield "Set PRICE_AMOUNT to more than 0, in the smallest unit of the currency, as Stripe's price has it."
    if sandbox and not is_here(env):
        yield "Remove STRIPE_SANDBOX_URL: at the SITE_URL that is set, learners could say of themselves that they paid."
    yield from find_dangers(api_key=key, sandbox_url=sandbox)


RULES: tuple[Callable[[Environment], Iterator[str]], ...] = (
    missing,
    malformed,
    weak_secrets,
    address,
    error_service,
    servers,
    bucket,
    mail,
    stripe,
)
