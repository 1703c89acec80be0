package origin

import "strings"

// bomb would unfold to a billion characters (CWE-776).
const bomb = `<!DOCTYPE a [<!ENTITY a "true"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">` +
	`<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>`

// reworded is an answer with one thing in it changed.
func reworded(answer, old, new string) string { return strings.Replace(answer, old, new, 1) }

func xmlAnswers() []Answer {
	yes := xmlAnswer(true)
	rest := func(name, summary, body string) Answer {
		return Answer{Name: name, Summary: summary, Status: 200, Type: xmlType, Body: body}
	}
	return []Answer{
		rest("xml-true", "true in the WSDL's element, to whatever credentials", yes),
		rest("xml-false", "false in the WSDL's element", xmlAnswer(false)),
		rest("xml-boolean-one", "1, which is true in XML Schema: valid, worth a remark", reworded(yes, "true", "1")),
		rest("xml-capital", "True with a capital, which is no xs:boolean", reworded(yes, "true", "True")),
		rest("xml-namespace-other", "true in an element of another namespace", reworded(yes, serviceNS, "urn:example:other")),
		rest("xml-namespace-missing", "true in an element of no namespace", reworded(yes, ` xmlns="`+serviceNS+`"`, "")),
		rest("xml-root-other", "true in another element", strings.ReplaceAll(yes, "AuthenticateResult", "boolean")),
		rest("xml-nested", "true in an element inside the WSDL's", reworded(yes, "true", "<value>true</value>")),
		rest("xml-doctype", "true behind a document type", reworded(yes, "?>", "?><!DOCTYPE AuthenticateResult>")),
		rest("xml-entity-bomb", "true from entities that unfold without end (CWE-776)", reworded(reworded(yes, "?>", "?>"+bomb), "true", "&e;")),
		rest("xml-external-entity", "true from an entity on another host (CWE-611)", reworded(reworded(yes, "?>", `?><!DOCTYPE a [<!ENTITY a SYSTEM "http://127.0.0.1:9/true">]>`), "true", "&a;")),
		rest("xml-encoding-lie", "true in UTF-8 that is declared as UTF-16", reworded(yes, "utf-8", "utf-16")),
		rest("xml-not-well-formed", "true in an element that is never closed", reworded(yes, "</AuthenticateResult>", "")),
		rest("xml-two-roots", "true twice, which is no document", yes+reworded(yes, `<?xml version="1.0" encoding="utf-8"?>`, "")),
		{Name: "xml-type-json", Summary: "true in XML as application/json", Status: 200, Type: jsonType, Body: yes},
		{Name: "xml-html", Summary: "an HTML page with status 200 to a caller that wants XML", Status: 200, Type: "text/html", Body: "<html><body>true</body></html>"},
		{Name: "xml-error-with-true", Summary: "status 500 with true in XML", Status: 500, Type: xmlType, Body: yes},
	}
}

func soapAnswers() []Answer {
	yes := soapAnswer("<AuthenticateResult>true</AuthenticateResult>")
	soap := func(name, summary, body string) Answer {
		return Answer{Name: name, Summary: summary, Status: 200, Type: soapType, Body: body}
	}
	fault := soapFault("Server", "The user store is down")
	return []Answer{
		soap("soap-true", "true in the WSDL's response, to whatever credentials", yes),
		soap("soap-false", "false in the WSDL's response", reworded(yes, "true", "false")),
		{Name: "soap-fault", Summary: "a Fault with status 500, as SOAP 1.1 wants it", Status: 500, Type: soapType, Body: fault},
		soap("soap-fault-200", "a Fault with status 200", fault),
		soap("soap-fault-with-true", "a Fault beside a response that says true", reworded(yes, "</soap:Body>", `<soap:Fault><faultcode>soap:Server</faultcode><faultstring>no</faultstring></soap:Fault></soap:Body>`)),
		{Name: "soap-version-mix", Summary: "an envelope of SOAP 1.2", Status: 200, Type: soapType, Body: reworded(yes, envelopeNS, "http://www.w3.org/2003/05/soap-envelope")},
		{Name: "soap-type-12", Summary: "the Content-Type of SOAP 1.2", Status: 200, Type: "application/soap+xml; charset=utf-8", Body: yes},
		soap("soap-namespace-wrong", "true in a response of another namespace", reworded(yes, serviceNS, "urn:example:other")),
		soap("soap-result-missing", "a response without a result", soapAnswer("")),
		soap("soap-result-empty", "a result without a value", soapAnswer("<AuthenticateResult/>")),
		soap("soap-result-nil", "a result that is nil", soapAnswer(`<AuthenticateResult xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>`)),
		soap("soap-result-twice", "two results, false and true", soapAnswer("<AuthenticateResult>false</AuthenticateResult><AuthenticateResult>true</AuthenticateResult>")),
		soap("soap-doctype", "true behind a document type, which SOAP 1.1 forbids", reworded(yes, "?>", "?><!DOCTYPE Envelope>")),
		soap("soap-malformed", "an envelope that breaks off", yes[:len(yes)-20]),
		soap("soap-bare-result", "true without an envelope", xmlAnswer(true)),
		{Name: "soap-error-with-true", Summary: "status 500 with true in the WSDL's response", Status: 500, Type: soapType, Body: yes},
	}
}
