#!/usr/bin/env bash
# Makes the certificates of this folder anew, with the keys that belong to them. TEST ONLY: the keys
# are public, and nobody else may trust the authorities. Needs the program openssl.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f ./*.pem

config() {  # name, subjectAltName or empty, extendedKeyUsage
  cat <<END
[ca]
default_ca = here
[here]
dir = $work/$1
database = $work/$1.index
serial = $work/$1.serial
crlnumber = $work/$1.crlnumber
new_certs_dir = $work
certificate = $1.pem
private_key = $work/$1.key
default_md = sha256
default_crl_days = 36500
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
END
}

authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 \
    -subj "/CN=Muster test authority $1" -keyout "$work/$1.key" -out "$1.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
  : >"$work/$1.index"
  echo 1000 >"$work/$1.serial"
  echo 01 >"$work/$1.crlnumber"
  config "$1" >"$work/$1.conf"
}

# name, authority, usage, alternative names, from, to
certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
    -keyout "$1.key.pem" -out "$work/$1.csr" \
    -addext "extendedKeyUsage=$3" ${4:+-addext "subjectAltName=$4"}
  openssl ca -batch -notext -config "$work/$2.conf" -in "$work/$1.csr" -out "$1.pem" \
    -startdate "$5" -enddate "$6"
}

from=20260101000000Z
to=21260101000000Z
authority authority
authority stranger
names=DNS:localhost,IP:127.0.0.1
certificate server authority serverAuth "$names" $from $to
certificate server_elsewhere authority serverAuth DNS:elsewhere.example $from $to
certificate server_expired authority serverAuth "$names" 20250101000000Z 20250201000000Z
certificate server_of_stranger stranger serverAuth "$names" $from $to
certificate client authority clientAuth "" $from $to
certificate client_expired authority clientAuth "" 20250101000000Z 20250201000000Z
certificate client_not_yet authority clientAuth "" 21250101000000Z $to
certificate client_revoked authority clientAuth "" $from $to
certificate client_of_stranger stranger clientAuth "" $from $to
certificate client_for_code authority codeSigning "" $from $to
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj "/CN=client" \
  -keyout client_self_signed.key.pem -out client_self_signed.pem -addext extendedKeyUsage=clientAuth

# An authority that calls itself as the first one does, and whose client so calls itself, too.
impostor() {
  authority authority
  certificate client authority clientAuth "" $from $to
  mv client.pem client_of_impostor.pem
  mv client.key.pem client_of_impostor.key.pem
}
mkdir "$work/kept"
cp authority.pem client.pem client.key.pem "$work"/authority.* "$work/kept"
impostor
cp "$work"/kept/*.pem .
cp "$work"/kept/authority.* "$work"
mv "$work/authority.pem" authority.pem

# name, signed by, chain behind it: below the first authority; CA:TRUE unless it is a client's.
below() {
  local issuer=$work/$2
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
    -keyout "$work/$1.key" -out "$work/$1.csr"
  openssl x509 -req -in "$work/$1.csr" -CA "$issuer.pem" -CAkey "$issuer.key" -CAcreateserial \
    -days 36500 -out "$work/$1.pem" -extfile <(echo "$3")
}
ca=basicConstraints=critical,CA:TRUE
cp authority.pem "$work/authority.pem"
below step1 authority $ca
below step2 step1 $ca
below step3 step2 $ca
below step4 step3 $ca
for steps in 1 4; do
  below client_$steps step$steps extendedKeyUsage=clientAuth
  { cat "$work/client_$steps.pem"; for n in $(seq $steps -1 1); do cat "$work/step$n.pem"; done; } \
    >client_by_${steps}_steps.pem
  cp "$work/client_$steps.key" client_by_${steps}_steps.key.pem
done
# Signed by a client, who is no authority.
cp client.pem "$work/client.pem"
cp client.key.pem "$work/client.key"
below client_of_client client extendedKeyUsage=clientAuth
cat "$work/client_of_client.pem" client.pem >client_of_client.pem
cp "$work/client_of_client.key" client_of_client.key.pem

openssl ca -config "$work/authority.conf" -revoke client_revoked.pem
openssl ca -config "$work/authority.conf" -gencrl -out revoked.pem
