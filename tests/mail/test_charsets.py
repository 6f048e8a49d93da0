"""Letters of the world: charsets by their true name, by the name of a smaller one, by an old name, or by none."""

from base64 import b64encode

import pytest

from mail.inbound import InboundMail, read_mail

GIVEN = [
    ("gb18030", "gb18030", "朱镕基"), ("gb2312", "gb18030", "朱镕基"), ("gbk", "gb18030", "朱镕基"), ("shift_jis", "cp932", "①髙"),
    ("x-sjis", "cp932", "日本"), ("iso-2022-jp", "iso2022_jp", "日本の"), ("euc-kr", "cp949", "똟한"), ("ks_c_5601-1987", "cp949", "한국"),
    ("windows-1250", "cp1250", "Žluť"), ("windows-1251", "cp1251", "Привет"), ("windows-1252", "cp1252", "“ü”"),
    ("windows-1253", "cp1253", "Ωμέγα"), ("windows-1254", "cp1254", "Işık"), ("windows-1255", "cp1255", "של"), ("windows-1256", "cp1256", "مرحبا"),
    ("windows-1257", "cp1257", "ąčę"), ("windows-1258", "cp1258", "đô"), ("iso-8859-1", "cp1252", "“€”"), ("iso-8859-8-i", "iso8859-8", "של"),
    ("iso-8859-11", "cp874", "ไทย"), ("koi8-r", "koi8-r", "Привет"), ("utf-7", "utf-7", "ähm"), ("big5", "big5", "中文"),
    ("utf8", "utf-8", "Grüße"), ("utf8mb4", "utf-8", "Grüße"), ("x-nobody-knows", "utf-8", "Grüße"), ("", "utf-8", "Grüße"),
    ("", "iso2022_jp", "日本の"), ("us-ascii", "iso2022_jp", "日本の"), ("us-ascii", "cp1252", "“ü”"),
]  # fmt: skip


@pytest.mark.parametrize(("charset", "really", "words"), GIVEN)
def test_a_body_is_read_in_the_charset_it_is_really_in(charset: str, really: str, words: str) -> None:
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    body = b64encode(words.encode(really)).decode()
    raw = f"From: a@b.example\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}\r\n"
    mail = read_mail(raw.encode())
    assert isinstance(mail, InboundMail)
    assert mail.text == words


@pytest.mark.parametrize(("charset", "really", "words"), [given for given in GIVEN if given[0]])
def test_a_subject_is_read_in_the_charset_it_is_really_in(charset: str, really: str, words: str) -> None:
    word = f"=?{charset}?B?{b64encode(words.encode(really)).decode()}?="
    mail = read_mail(f"From: a@b.example\r\nSubject: Re: {word}\r\n\r\nx\r\n".encode())
    assert isinstance(mail, InboundMail)
    assert mail.subject == f"Re: {words}"
