"""Calls every operation of a WSDL by what it says of itself: zeep.py WSDL [EMAIL SESSION]..."""
import sys

import zeep

client = zeep.Client(sys.argv[1])
operations = client.service._binding._operations
print(*operations)
for i in range(2, len(sys.argv), 2):
    print(client.service.Authenticate(email=sys.argv[i], session=sys.argv[i + 1]))
