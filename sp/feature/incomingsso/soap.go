package incomingsso

import (
	_ "embed"
	"fmt"
	"net/http"
	"strings"

	"github.com/ssoproof/ssoproof/sp/profile"
)

// The vocabulary of the WSDL. The guides show neither the WSDL nor its names,
// so that they are ours; whoever implements the service takes them from there.
const (
	serviceNamespace = "urn:ssoproof:authentication-service"
	soapAction       = serviceNamespace + "/Authenticate"
	responseElement  = "AuthenticateResponse"
	resultElement    = "AuthenticateResult"
	resultName       = "{" + serviceNamespace + "}" + resultElement

	soapEnvelope   = "http://schemas.xmlsoap.org/soap/envelope/" // SOAP 1.1, 3
	schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"
)

//go:embed authentication.wsdl
var wsdlTemplate string

// wsdl describes the web service that an Originating System implements:
// SOAP 1.1, document/literal, at that address.
func wsdl(address string) string {
	if address == "" {
		address = "https://your-system.example/AuthenticationService"
	}
	return strings.ReplaceAll(wsdlTemplate, "{address}", escaped(address))
}

// askSOAP calls the operation Authenticate as the WSDL says.
func askSOAP(set profile.Incoming, email, key string) (*http.Request, error) {
	body := `<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="` + soapEnvelope + `"><soap:Body><Authenticate xmlns="` + serviceNamespace + `"><email>` +
		escaped(email) + `</email><session>` + escaped(key) + `</session></Authenticate></soap:Body></soap:Envelope>`
	req, err := http.NewRequest(http.MethodPost, set.ServiceURL, strings.NewReader(body))
	if err == nil {
		req.Header.Set("Content-Type", "text/xml; charset=utf-8")
		req.Header.Set("SOAPAction", `"`+soapAction+`"`) // SOAP 1.1, 6.1.1
		req.Header.Set("Accept", "text/xml")
	}
	return req, err
}

// judgeSOAP takes an envelope of SOAP 1.1 with the WSDL's response in it. A
// Fault is told by its own words, whatever the status it comes with.
func judgeSOAP(a answer) (bool, string) {
	root, wrong := readXML(a, "text/xml")
	switch {
	case wrong != "" && a.status != http.StatusOK:
		return false, fmt.Sprintf("the web service answered with status %d", a.status)
	case wrong != "":
		return false, wrong
	case !root.is(soapEnvelope, "Envelope"):
		return false, fmt.Sprintf("the web service answered with the element %s, not an Envelope of SOAP 1.1", root.name())
	}
	body, _ := root.child(soapEnvelope, "Body")
	if fault, is := body.child(soapEnvelope, "Fault"); is {
		return false, "the web service answered with a SOAP Fault: " + faultText(fault)
	}
	if a.status != http.StatusOK {
		return false, fmt.Sprintf("the web service answered with status %d", a.status)
	}
	response, err := body.only()
	if err != nil {
		return false, "the web service's answer is no response: " + err.Error()
	}
	if !response.is(serviceNamespace, responseElement) {
		return false, fmt.Sprintf("the web service answered with the element %s, not {%s}%s", response.name(), serviceNamespace, responseElement)
	}
	result, err := response.only()
	if err != nil {
		return false, "the web service's response has no result: " + err.Error()
	}
	if !result.is(serviceNamespace, resultElement) {
		return false, fmt.Sprintf("the web service's result is the element %s, not %s", result.name(), resultName)
	}
	return judgeBoolean(result)
}

// faultText is a Fault's code and string, which are in no namespace (SOAP 1.1, 4.4).
func faultText(fault element) string {
	code, _ := fault.child("", "faultcode")
	text, _ := fault.child("", "faultstring")
	return fmt.Sprintf("%.40s, %.200q", strings.TrimSpace(code.text), strings.TrimSpace(text.text))
}
