"""The part of Stripe's API that the academy uses."""

import hashlib
import operator
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from stripe import params as stripe_params
from stripe.params import checkout

from payments.sandbox import acts, shapes
from payments.sandbox.acts import Sandbox, visible
from payments.sandbox.errors import ApiError, missing
from payments.sandbox.params import nest, validate
from payments.sandbox.store import Json

COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
KEY_LIFETIME = 24 * 60 * 60  # seconds
LARGEST_PAGE = 100
# What a session may be made of here; the rest of Stripe's parameters waits for its feature.
SESSION_PARAMETERS = frozenset(
    [
        *("allow_promotion_codes", "automatic_tax", "billing_address_collection", "cancel_url", "client_reference_id"),
        *("customer", "customer_email", "customer_update", "expand", "expires_at", "invoice_creation", "line_items"),
        *("locale", "metadata", "mode", "payment_intent_data", "success_url"),
    ]
)
CUSTOMER_PARAMETERS = frozenset(["description", "email", "expand", "name"])
PAYMENT_PARAMETERS = frozenset(["description", "metadata", "statement_descriptor_suffix"])
LONGEST_SUFFIX = 22  # characters of a bank statement
EXPANDABLE = {
    "checkout.session": {
        "customer": "customer",
        "invoice": "invoice",
        "line_items": "",
        "payment_intent": "payment_intent",
    },
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "invoice": {"customer": "customer"},
    "payment_intent": {"customer": "customer", "latest_charge": "charge"},
    "charge": {"customer": "customer", "payment_intent": "payment_intent"},
    "refund": {"charge": "charge", "payment_intent": "payment_intent"},
}


@dataclass(frozen=True)
class Call:
    """One request: whom it is for, what it says, and the address that it came to."""

    sandbox: Sandbox
    params: Json
    origin: str


def create_customer(call: Call) -> Json:
    return call.sandbox.store.put(shapes.make_customer(call.params))


def update_customer(call: Call, customer_id: str) -> Json:
    refuse_unknown(call.params.keys() - CUSTOMER_PARAMETERS)
    customer = acts.get_thing(call.sandbox, "customer", customer_id)
    customer.update({name: value for name, value in call.params.items() if name != "expand"})
    acts.tell(call.sandbox, "customer.updated", customer)
    return customer


def list_customers(call: Call) -> Json:
    return listing(call, "customer", "/v1/customers", {"email"})


def list_prices(call: Call) -> Json:
    keys = call.params.get("lookup_keys")
    prices = [price for price in call.sandbox.store.newest("price") if not keys or price["lookup_key"] in keys]
    return shapes.make_list(prices, "/v1/prices", page_size(call))


def create_session(call: Call) -> Json:
    params, store = call.params, call.sandbox.store
    refuse_unknown(params.keys() - SESSION_PARAMETERS)
    if params.get("mode") != "payment":
        raise ApiError("The sandbox takes one-time payments only: mode must be payment.", param="mode")
    for name in ["success_url", *params.keys() & {"cancel_url"}]:
        if urlsplit(params.get(name, "")).scheme not in ("http", "https"):
            raise ApiError("Not a valid URL", code="url_invalid", param=name)
    check_payment_data(params.get("payment_intent_data") or {})
    customer = store.get("customer", params["customer"]) if params.get("customer") else None
    if params.get("customer") and customer is None:
        raise missing("customer", params["customer"], "customer", status=400)
    check_customer(params, customer)
    return store.put(shapes.make_session(params, lines_of(call), customer, call.origin))


def refuse_unknown(names: set[str], within: str = "") -> None:
    for name in sorted(names):
        param = f"{within}[{name}]" if within else name
        raise ApiError(f"The sandbox does not know {param} yet.", param=param)


def check_payment_data(data: Json) -> None:
    refuse_unknown(data.keys() - PAYMENT_PARAMETERS, "payment_intent_data")
    suffix, param = data.get("statement_descriptor_suffix"), "payment_intent_data[statement_descriptor_suffix]"
    if suffix is None:
        return
    if len(suffix) > LONGEST_SUFFIX:
        raise ApiError(f"The statement descriptor suffix must be at most {LONGEST_SUFFIX} characters.", param=param)
    if set(suffix) & set("<>\\'\"*") or not re.search("[A-Za-z]", suffix):
        raise ApiError("The statement descriptor suffix needs a letter, and none of < > \\ ' \" *.", param=param)


def check_customer(params: Json, customer: Json | None) -> None:
    if customer and params.get("customer_email"):
        raise ApiError("You may only specify one of these parameters: customer, customer_email.")
    if params.get("customer_update") and not customer:
        raise ApiError("`customer_update` can only be used with `customer`.", param="customer_update")
    is_taxed = params.get("automatic_tax", {}).get("enabled")
    is_saved = params.get("customer_update", {}).get("address") == "auto"
    if is_taxed and customer and not customer["address"] and not is_saved:
        raise ApiError(
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to "
            "the Customer or set `customer_update[address]` to 'auto' to save the address entered in Checkout.",
            code="customer_tax_location_invalid",
        )


def lines_of(call: Call) -> list[Json]:
    lines = []
    for number, item in enumerate(call.params.get("line_items") or []):
        price = call.sandbox.store.get("price", item.get("price", ""))
        if price is None:
            raise missing("price", item.get("price", ""), f"line_items[{number}][price]", status=400)
        lines.append(shapes.make_line(price, item.get("quantity", 1)))
    if not lines:
        raise ApiError("Missing required param: line_items.", code="parameter_missing", param="line_items")
    return lines


def list_sessions(call: Call) -> Json:
    return listing(call, "checkout.session", "/v1/checkout/sessions", {"payment_intent", "customer", "status"})


def retrieve_session(call: Call, session_id: str) -> Json:
    return acts.get_session(call.sandbox, session_id)


def expire_session(call: Call, session_id: str) -> Json:
    return acts.expire(call.sandbox, session_id)


def retrieve(kind: str, param: str = "id") -> Callable[[Call, str], Json]:
    def find(call: Call, object_id: str) -> Json:
        return acts.get_thing(call.sandbox, kind, object_id, param)

    return find


def create_refund(call: Call) -> Json:
    if "payment_intent" not in call.params:
        raise ApiError("The sandbox refunds by payment_intent.", code="parameter_missing", param="payment_intent")
    return acts.refund(call.sandbox, call.params["payment_intent"], call.params)


def list_refunds(call: Call) -> Json:
    return listing(call, "refund", "/v1/refunds", {"payment_intent", "charge"})


def list_disputes(call: Call) -> Json:
    return listing(call, "dispute", "/v1/disputes", {"payment_intent", "charge"})


def list_promotion_codes(call: Call) -> Json:
    return listing(call, "promotion_code", "/v1/promotion_codes", {"code", "active"})


def list_events(call: Call) -> Json:
    """Newest first, of the kinds that are asked for; `charge.*` stands for every kind of that beginning."""
    if {"type", "types"} <= call.params.keys():
        raise ApiError("You may pass either `type` or `types`, but not both.", param="types")
    wanted = call.params.get("types") or [call.params.get("type", "*")]
    events = [
        event
        for event in call.sandbox.store.newest("event")
        if any(fnmatchcase(event["type"], pattern) for pattern in wanted)
    ]
    return paged(call, events, "/v1/events", {"type", "types"})


def listing(call: Call, kind: str, url: str, filters: set[str]) -> Json:
    wanted = {name: value for name, value in call.params.items() if name in filters}
    things = [thing for thing in call.sandbox.store.newest(kind) if wanted.items() <= thing.items()]
    return paged(call, things, url, filters)


def paged(call: Call, things: list[Json], url: str, filters: set[str]) -> Json:
    refuse_unknown(call.params.keys() - filters - {"created", "expand", "limit", "starting_after"})
    things = [thing for thing in things if is_within(thing["created"], call.params.get("created", {}))]
    after = call.params.get("starting_after")
    if after:
        ids = [thing["id"] for thing in things]
        if after not in ids:
            raise missing("object", after, "starting_after", status=400)
        things = things[ids.index(after) + 1 :]
    return shapes.make_list(things, url, page_size(call))


def is_within(moment: int, created: Json | int) -> bool:
    if isinstance(created, int):
        return moment == created
    return all(COMPARISONS[name](moment, bound) for name, bound in created.items())


def page_size(call: Call) -> int:
    size: int = call.params.get("limit", 10)
    if not 1 <= size <= LARGEST_PAGE:
        raise ApiError(f"Invalid limit: must be between 1 and {LARGEST_PAGE}.", param="limit")
    return size


class Endpoint(NamedTuple):
    method: str
    path: str
    kind: str
    params: Any
    perform: Callable[..., Json]


SESSION = "checkout.session"
ENDPOINTS = [
    Endpoint("POST", r"/v1/customers", "customer", stripe_params.CustomerCreateParams, create_customer),
    Endpoint("POST", r"/v1/customers/(\w+)", "customer", stripe_params.CustomerUpdateParams, update_customer),
    Endpoint("GET", r"/v1/customers", "customer", stripe_params.CustomerListParams, list_customers),
    Endpoint("GET", r"/v1/prices", "price", stripe_params.PriceListParams, list_prices),
    Endpoint("POST", r"/v1/checkout/sessions", SESSION, checkout.SessionCreateParams, create_session),
    Endpoint("GET", r"/v1/checkout/sessions", SESSION, checkout.SessionListParams, list_sessions),
    Endpoint("GET", r"/v1/checkout/sessions/(\w+)", SESSION, checkout.SessionRetrieveParams, retrieve_session),
    Endpoint("POST", r"/v1/checkout/sessions/(\w+)/expire", SESSION, checkout.SessionExpireParams, expire_session),
    Endpoint("POST", r"/v1/refunds", "refund", stripe_params.RefundCreateParams, create_refund),
    Endpoint("GET", r"/v1/refunds", "refund", stripe_params.RefundListParams, list_refunds),
    Endpoint("GET", r"/v1/disputes", "dispute", stripe_params.DisputeListParams, list_disputes),
    Endpoint("GET", r"/v1/events", "event", stripe_params.EventListParams, list_events),
    Endpoint(
        "GET",
        r"/v1/promotion_codes",
        "promotion_code",
        stripe_params.PromotionCodeListParams,
        list_promotion_codes,
    ),
    *(
        Endpoint("GET", rf"/v1/{kind}s/(\w+)", kind, params, retrieve(kind, param))
        for kind, params, param in [
            ("charge", stripe_params.ChargeRetrieveParams, "charge"),
            ("customer", stripe_params.CustomerRetrieveParams, "id"),
            ("dispute", stripe_params.DisputeRetrieveParams, "dispute"),
            ("event", stripe_params.EventRetrieveParams, "id"),
            ("invoice", stripe_params.InvoiceRetrieveParams, "invoice"),
            ("payment_intent", stripe_params.PaymentIntentRetrieveParams, "intent"),
            ("promotion_code", stripe_params.PromotionCodeRetrieveParams, "promotion_code"),
            ("refund", stripe_params.RefundRetrieveParams, "refund"),
        ]
    ),
]


def answer(sandbox: Sandbox, *, method: str, path: str, form: str, key: str, origin: str) -> tuple[int, Json]:
    """The status and the body of the answer to one request."""
    try:
        with sandbox.store.change():
            return remembered(sandbox, f"{method} {path}", form, key if method == "POST" else "", origin)
    except ApiError as error:
        return error.status, error.body


def remembered(sandbox: Sandbox, route: str, form: str, key: str, origin: str) -> tuple[int, Json]:
    """The same idempotency key brings the same answer, and another question under it is refused."""
    if not key:
        return 200, perform(sandbox, route, form, origin)
    asked = hashlib.sha256(f"{route}\n{form}".encode()).hexdigest()
    known = sandbox.store.answers.get(key)
    if known is None or known["at"] + KEY_LIFETIME <= shapes.now():
        body = perform(sandbox, route, form, origin)
        known = sandbox.store.answers[key] = {"at": shapes.now(), "asked": asked, "body": body}
    if known["asked"] != asked:
        message = f"Keys for idempotent requests can only be used with the same parameters: {key}."
        raise ApiError(message, type="idempotency_error")
    return 200, known["body"]


def perform(sandbox: Sandbox, route: str, form: str, origin: str) -> Json:
    for endpoint in ENDPOINTS:
        match = re.fullmatch(f"{endpoint.method} {endpoint.path}", route)
        if match:
            given = validate(endpoint.params, nest(parse_qsl(form, keep_blank_values=True)))
            paths = [path.removeprefix("data.") for path in given.get("expand") or []]
            for path in paths:
                check_expandable(endpoint.kind, path)
            return shown(sandbox, endpoint.perform(Call(sandbox, given, origin), *match.groups()), paths)
    raise ApiError(f"Unrecognized request URL ({route}).", status=404)


def check_expandable(kind: str, path: str) -> None:
    name, _, rest = path.partition(".")
    inner = EXPANDABLE.get(kind, {}).get(name)
    if inner is None:
        raise ApiError(f"This property cannot be expanded ({path}).", param="expand")
    if rest:
        check_expandable(inner, rest)


def shown(sandbox: Sandbox, thing: Json, paths: list[str]) -> Json:
    """What the caller sees of an object or a list, with what they asked to expand."""
    if thing["object"] == "list":
        return {**thing, "data": [shown(sandbox, part, paths) for part in thing["data"]]}
    seen = visible(thing)
    for path in sorted(paths):
        name, _, rest = path.partition(".")
        if not EXPANDABLE[thing["object"]][name]:
            seen[name] = deepcopy(thing[name])
        elif thing[name]:
            seen[name] = shown(sandbox, sandbox.store.objects[thing[name]], [rest] if rest else [])
    return seen
