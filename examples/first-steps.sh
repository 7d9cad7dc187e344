#!/usr/bin/env bash
# From nothing to a first assignment, with curl alone. Needs a running `trueup serve` and the `trueup` command.
set -euo pipefail
address=${1:-http://127.0.0.1:8000}
today=$(date +%F)

trueup company create "First Steps Ltd" >/dev/null
trueup user create frances --role owner --company "First Steps Ltd" >/dev/null
token=$(trueup token create frances --scope write)

api() { # api METHOD PATH [BODY]
    curl --silent --show-error --fail-with-body --request "$1" "$address/api/$2" \
        --header "Authorization: Bearer $token" --header "Content-Type: application/json" ${3:+--data "$3"}
}
id() { sed -E 's/^\{"id":([0-9]+).*/\1/'; } # every answer begins with its id

company=$(api GET companies/ | sed -E 's/.*"results":\[\{"id":([0-9]+).*/\1/')
product=$(api POST products/ "{\"company\": $company, \"publisher\": \"Initech\", \"name\": \"Draw\"}" | id)
licence=$(api POST licences/ "{\"company\": $company, \"product\": $product, \"metric\": \"per_device\", \"has_no_key\": true,
    \"line\": {\"units\": 24, \"valid_from\": \"$today\", \"price\": \"2400.00\", \"currency\": \"EUR\"}}" | id)
device=$(api POST devices/ "{\"company\": $company, \"hostname\": \"db1\", \"asset_class\": \"data_centre\"}" | id)
api POST "licences/$licence/assignments/" "{\"holder\": {\"kind\": \"device\", \"id\": $device}, \"units\": 10}" >/dev/null

api GET "licences/$licence/" | grep --only-matching '"purchased":24,"used":10,"free":14'
