"""Ed25519 (RFC 8032, section 5.1) for the devices: Python's own library has none."""
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE_Y = 4 * pow(5, P - 2, P) % P
NOTHING = (0, 1, 1, 0)


def recovered_x(y):
    """The even x of a point of the curve."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P)
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return P - x if x & 1 else x


def add(a, b):
    """Points in extended coordinates (X, Y, Z, T)."""
    left, right = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = right - left, d - c, d + c, right + left
    return (e * f % P, g * h % P, f * g % P, e * h % P)


BASE_X = recovered_x(BASE_Y)
POWERS = [(BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)]
for _ in range(255):
    POWERS.append(add(POWERS[-1], POWERS[-1]))


def times_base(number):
    point = NOTHING
    for bit, power in enumerate(POWERS):
        if number >> bit & 1:
            point = add(point, power)
    return point


def packed(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def expanded(seed):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    return scalar, digest[32:]


def public_key(seed):
    return packed(times_base(expanded(seed)[0]))


def signature(seed, message):
    scalar, prefix = expanded(seed)
    public = packed(times_base(scalar))
    nonce = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % L
    shown = packed(times_base(nonce))
    challenge = int.from_bytes(hashlib.sha512(shown + public + message).digest(), "little") % L
    return shown + ((nonce + challenge * scalar) % L).to_bytes(32, "little")
