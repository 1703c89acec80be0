#!/bin/sh
# Makes the fixtures of this folder with openssl and xmlsec1, two programs that
# share no code with the package under test. Run it here: sh make.sh
set -eu
mkdir -p keys signed encrypted

subject() { # name, key options...
	name=$1; shift
	[ -f "keys/$name.pem" ] || openssl genpkey "$@" -out "keys/$name.pem" 2>/dev/null
	[ -f "keys/$name.crt" ] || openssl req -x509 -new -key "keys/$name.pem" -subj "/CN=$name" -days 36500 -out "keys/$name.crt"
}
subject idp -algorithm RSA -pkeyopt rsa_keygen_bits:2048
subject other -algorithm RSA -pkeyopt rsa_keygen_bits:2048
subject sp -algorithm RSA -pkeyopt rsa_keygen_bits:2048
subject weak -algorithm RSA -pkeyopt rsa_keygen_bits:1024
subject p256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
subject p384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384

DS=http://www.w3.org/2000/09/xmldsig#
MORE=http://www.w3.org/2001/04/xmldsig-more#
ENC=http://www.w3.org/2001/04/xmlenc#
ENC11=http://www.w3.org/2009/xmlenc11#
EXC=http://www.w3.org/2001/10/xml-exc-c14n#
INC=http://www.w3.org/TR/2001/REC-xml-c14n-20010315
INC11=http://www.w3.org/2006/12/xml-c14n11

signature() { # id, c14n, method, digest, transforms, [prefix list]
	list=""
	[ -z "${6:-}" ] || list="<ec:InclusiveNamespaces xmlns:ec=\"$EXC\" PrefixList=\"$6\"/>"
	transforms="<ds:Transform Algorithm=\"${DS}enveloped-signature\"/>"
	[ "$5" = none ] || transforms="$transforms<ds:Transform Algorithm=\"$5\">$list</ds:Transform>"
	printf '<ds:Signature xmlns:ds="%s"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="%s"/><ds:SignatureMethod Algorithm="%s"/><ds:Reference URI="#%s"><ds:Transforms>%s</ds:Transforms><ds:DigestMethod Algorithm="%s"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo></ds:Signature>' \
		"$DS" "$2" "$3" "$1" "$transforms" "$4"
}

compose() { # response signature, assertion signature -> stdout
	awk -v rs="$1" -v as="$2" '
		FNR == NR { sub(/@NAMESPACE@/, ""); if ($0 ~ /@ASSERTION-SIGNATURE@/) { a = a as "\n"; next } a = a $0 "\n"; next }
		/@RESPONSE-SIGNATURE@/ { print rs; next }
		/@ASSERTION@/ { printf "%s", a; next }
		{ print }' source/assertion.xml source/response.xml
}

sign() { # key, xpath of the signature, in, out
	xmlsec1 --sign --privkey-pem "keys/$1.pem,keys/$1.crt" --node-xpath "$2" \
		--id-attr:ID urn:oasis:names:tc:SAML:2.0:protocol:Response --id-attr:ID urn:oasis:names:tc:SAML:2.0:assertion:Assertion \
		--output "$4" "$3"
}
RS='/*/*[local-name()="Signature"]'
AS='/*/*[local-name()="Assertion"]/*[local-name()="Signature"]'

one() { # name, where, key, c14n, method, digest, transform, [prefix list]
	if [ "$2" = response ]; then
		compose "$(signature _response "$4" "$5" "$6" "$7" "${8:-}")" "" > tmp.xml
		sign "$3" "$RS" tmp.xml "signed/$1.xml"
	else
		compose "" "$(signature _assertion "$4" "$5" "$6" "$7" "${8:-}")" > tmp.xml
		sign "$3" "$AS" tmp.xml "signed/$1.xml"
	fi
}
for where in response assertion; do
	one "$where-exclusive" $where idp $EXC ${MORE}rsa-sha256 ${ENC}sha256 $EXC
	one "$where-exclusive-comments" $where idp ${EXC}WithComments ${MORE}rsa-sha256 ${ENC}sha256 ${EXC}WithComments
	one "$where-prefix-list" $where idp $EXC ${MORE}rsa-sha256 ${ENC}sha256 $EXC "unused xs #default"
	one "$where-inclusive" $where idp $INC ${MORE}rsa-sha256 ${ENC}sha256 $INC
	one "$where-inclusive-comments" $where idp "$INC#WithComments" ${MORE}rsa-sha256 ${ENC}sha256 "$INC#WithComments"
	one "$where-inclusive11" $where idp $INC11 ${MORE}rsa-sha256 ${ENC}sha256 $INC11
	one "$where-enveloped-only-sha1" $where idp $INC ${DS}rsa-sha1 ${DS}sha1 none
done
one assertion-sha384 assertion idp $EXC ${MORE}rsa-sha384 ${MORE}sha384 $EXC
one assertion-sha512 assertion idp $EXC ${MORE}rsa-sha512 ${ENC}sha512 $EXC
one assertion-p256 assertion p256 $EXC ${MORE}ecdsa-sha256 ${ENC}sha256 $EXC
one assertion-p384 assertion p384 $EXC ${MORE}ecdsa-sha384 ${MORE}sha384 $EXC

# the Assertion first, then the Response around it
compose "$(signature _response $EXC ${MORE}rsa-sha256 ${ENC}sha256 $EXC)" "$(signature _assertion $EXC ${MORE}rsa-sha256 ${ENC}sha256 $EXC)" > tmp.xml
sign idp "$AS" tmp.xml tmp2.xml
sign idp "$RS" tmp2.xml signed/both.xml

# a member of more groups than other libraries canonicalize
compose "" "$(signature _assertion $EXC ${MORE}rsa-sha256 ${ENC}sha256 $EXC)" | awk '
	/<saml:Attribute Name="Email">/ { print "<saml:Attribute Name=\"groups\">"; for (i = 0; i < 1200; i++) print "<saml:AttributeValue>" i "</saml:AttributeValue>"; print "</saml:Attribute>" }
	{ print }' > tmp.xml
sign idp "$AS" tmp.xml signed/many-groups.xml

# the sample of seed 003: default namespace, no issuer on the Response, only the Response signed
sign idp "$RS" source/seed003.xml signed/seed003.xml

# encryption: a signed Assertion, encrypted for the SP
sed -e "s|@NAMESPACE@|xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" |" source/assertion.xml |
	awk -v as="$(signature _assertion $EXC ${MORE}rsa-sha256 ${ENC}sha256 $EXC)" '/@ASSERTION-SIGNATURE@/ { print as; next } { print }' > tmp.xml
sign idp '/*/*[local-name()="Signature"]' tmp.xml tmp-assertion.xml
encrypt() { # name, block, transport, [oaep digest], session key
	digest=""
	[ -z "$4" ] || digest="<ds:DigestMethod Algorithm=\"$4\"/>"
	printf '<xenc:EncryptedData xmlns:xenc="%s" Type="%sElement"><xenc:EncryptionMethod Algorithm="%s"/><ds:KeyInfo xmlns:ds="%s"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="%s">%s</xenc:EncryptionMethod><ds:KeyInfo/><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>' \
		"$ENC" "$ENC" "$2" "$DS" "$3" "$digest" > tmp-template.xml
	xmlsec1 --encrypt --pubkey-cert-pem keys/sp.crt --session-key "$5" --xml-data tmp-assertion.xml --output tmp-encrypted.xml tmp-template.xml
	awk 'FNR == NR { if ($0 !~ /^<\?xml/) e = e $0 "\n"; next }
		/@RESPONSE-SIGNATURE@/ { next }
		/@ASSERTION@/ { printf "<saml:EncryptedAssertion>%s</saml:EncryptedAssertion>\n", e; next }
		{ print }' tmp-encrypted.xml source/response.xml > "encrypted/$1.xml"
}
OAEP=${ENC}rsa-oaep-mgf1p
for size in 128 192 256; do
	encrypt aes$size-cbc ${ENC}aes$size-cbc $OAEP "" aes-$size
	encrypt aes$size-gcm ${ENC11}aes$size-gcm $OAEP "" aes-$size
done
encrypt rsa-1_5 ${ENC}aes256-cbc ${ENC}rsa-1_5 "" aes-256
encrypt tripledes ${ENC}tripledes-cbc $OAEP "" des-192
rm -f tmp*.xml
