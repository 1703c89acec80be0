<?php
$config = [
    'baseurlpath' => 'http://{{.Host}}:{{.Port}}/simplesaml/',
    'certdir' => '{{.Dir}}/',
    'loggingdir' => '{{.Dir}}/var/',
    'datadir' => '{{.Dir}}/var/',
    'tempdir' => '{{.Dir}}/var/tmp',
    'metadatadir' => '{{.Dir}}/metadata/',
    'logging.handler' => 'errorlog',
    'timezone' => 'UTC',
    'secretsalt' => 'interop',
    'auth.adminpassword' => 'interop',
    'technicalcontact_email' => 'na@example.org',
    'showerrors' => true,
    'errorreporting' => false,

    'enable.saml20-idp' => true,
    'module.enable' => ['core' => true, 'saml' => true, 'exampleauth' => true],
    'store.type' => 'phpsession',
    'session.phpsession.savepath' => '{{.Dir}}/var',
    'session.cookie.secure' => false,
    'session.cookie.samesite' => 'Lax',
    'language.cookie.secure' => false,
    'language.default' => 'en',

    // The service provider's metadata as it publishes it, read by their parser.
    // Ours publishes it only once it has theirs.
    'metadata.sources' => array_merge(
        [['type' => 'flatfile']],
        is_file('{{.Dir}}/sp.xml') ? [['type' => 'xml', 'file' => '{{.Dir}}/sp.xml']] : []
    ),
];
