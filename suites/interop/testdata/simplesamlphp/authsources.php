<?php
$config = [
    'cast' => [
        'exampleauth:UserPass',
        '{{.Person.Login}}:{{.Person.Password}}' => [
            'uid' => ['{{.Person.Login}}'],
            'tenantSpecificUserId' => ['{{index .Person.Attributes "user-id" 0}}'],
            'mail' => ['{{index .Person.Attributes "email" 0}}'],
        ],
    ],
];
