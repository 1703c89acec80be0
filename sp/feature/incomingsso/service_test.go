package incomingsso

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp/profile"
)

const (
	restXML  = `<?xml version="1.0" encoding="utf-8"?><AuthenticateResult xmlns="urn:ssoproof:authentication-service">true</AuthenticateResult>`
	soapTrue = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body><r:AuthenticateResponse xmlns:r="urn:ssoproof:authentication-service">` +
		`<r:AuthenticateResult>true</r:AuthenticateResult></r:AuthenticateResponse></s:Body></s:Envelope>`
	soapFault = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>out of order</faultstring></s:Fault></s:Body></s:Envelope>`
)

// change replaces the first old in text, which must be there.
func change(t *testing.T, text, old, new string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("%q is not in %s", old, text)
	}
	return strings.Replace(text, old, new, 1)
}

func TestJudgeXML(t *testing.T) {
	t.Parallel()
	const asked = "application/xml; charset=utf-8"
	for name, c := range map[string]struct {
		status                int
		kind, old, new, wants string
		valid                 bool
	}{
		"true":                    {200, asked, "", "", "said true", true},
		"text/xml":                {200, "text/xml", "", "", "said true", true},
		"white space":             {200, asked, ">true<", ">\r\n true\t<", "said true", true},
		"one":                     {200, asked, "true", "1", "said 1", true},
		"byte order mark":         {200, asked, "<?xml", "\ufeff<?xml", "said true", true},
		"not nil":                 {200, asked, " xmlns=", ` xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="false" xmlns=`, "said true", true},
		"false":                   {200, asked, "true", "false", "said false", false},
		"zero":                    {200, asked, "true", "0", "said false", false},
		"capital":                 {200, asked, "true", "True", "neither", false},
		"empty":                   {200, asked, "true", "", "neither", false},
		"no-break space":          {200, asked, "true", "\u00a0true", "neither", false},
		"nil":                     {200, asked, " xmlns=", ` xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true" xmlns=`, "nil", false},
		"nested":                  {200, asked, "true", "<b>true</b>", "authentication-service}b, not a boolean", false},
		"other namespace":         {200, asked, "urn:ssoproof", "urn:other", "urn:other", false},
		"no namespace":            {200, asked, ` xmlns="urn:ssoproof:authentication-service"`, "", "no namespace", false},
		"document type":           {200, asked, "?>", "?><!DOCTYPE x>", "DOCTYPE", false},
		"entity":                  {200, asked, "true", "&yes;", "no XML", false},
		"other encoding":          {200, asked, "utf-8", "utf-16", "no XML", false},
		"text after":              {200, asked, "</AuthenticateResult>", "</AuthenticateResult>true", "not one element", false},
		"never closed":            {200, asked, "</AuthenticateResult>", "", "no XML", false},
		"two roots":               {200, asked, "</AuthenticateResult>", "</AuthenticateResult><x/>", "not one element", false},
		"deep":                    {200, asked, "true", strings.Repeat("<x>", 20) + strings.Repeat("</x>", 20), "deeper", false},
		"JSON's Content-Type":     {200, "application/json", "", "", "Content-Type", false},
		"no Content-Type":         {200, "", "", "", "Content-Type", false},
		"charset of Content-Type": {200, "text/xml; charset=utf-16", "", "", "charset", false},
		"status 500":              {500, asked, "", "", "status 500", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			valid, said := judgeXML(answer{c.status, c.kind, []byte(change(t, restXML, c.old, c.new))})
			if valid != c.valid || !strings.Contains(said, c.wants) {
				t.Errorf("%v, %s", valid, said)
			}
		})
	}
}

func TestJudgeSOAP(t *testing.T) {
	t.Parallel()
	const asked = "text/xml; charset=utf-8"
	for name, c := range map[string]struct {
		status         int
		kind           string
		body, old, new string
		wants          string
		valid          bool
	}{
		"true":                   {200, asked, soapTrue, "", "", "said true", true},
		"false":                  {200, asked, soapTrue, ">true<", ">false<", "said false", false},
		"fault":                  {500, asked, soapFault, "", "", `SOAP Fault: s:Server, "out of order"`, false},
		"fault with 200":         {200, asked, soapFault, "", "", "SOAP Fault", false},
		"fault beside true":      {200, asked, soapTrue, "</s:Body>", "<s:Fault/></s:Body>", "SOAP Fault", false},
		"true with 500":          {500, asked, soapTrue, "", "", "status 500", false},
		"HTML with 500":          {500, "text/html", "<p>", "", "", "status 500", false},
		"SOAP 1.2":               {200, asked, soapTrue, "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope", "not an Envelope of SOAP 1.1", false},
		"Content-Type of 1.2":    {200, "application/soap+xml", soapTrue, "", "", "Content-Type", false},
		"no body":                {200, asked, soapTrue, "Body", "Bodi", "no XML", false},
		"empty body":             {200, asked, `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>`, "", "", "holds 0 elements", false},
		"other namespace":        {200, asked, soapTrue, "urn:ssoproof", "urn:other", "urn:other", false},
		"two results":            {200, asked, soapTrue, "</r:AuthenticateResult>", "</r:AuthenticateResult><r:AuthenticateResult>true</r:AuthenticateResult>", "holds 2 elements", false},
		"result by itself":       {200, asked, restXML, "", "", "not an Envelope", false},
		"result in no namespace": {200, asked, change(t, soapTrue, "</r:AuthenticateResult>", "</AuthenticateResult>"), "<r:AuthenticateResult>", "<AuthenticateResult>", "no namespace", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			valid, said := judgeSOAP(answer{c.status, c.kind, []byte(change(t, c.body, c.old, c.new))})
			if valid != c.valid || !strings.Contains(said, c.wants) {
				t.Errorf("%v, %s", valid, said)
			}
		})
	}
}

// What is on the wire, in each form, byte for byte where it matters, and what
// the call says of it.
func TestAsk(t *testing.T) {
	t.Parallel()
	const email, key = "zoe+a&é@example.com", "k<&>\"'k+/=%00 0123456789"
	type seen struct {
		method, query, action, accept, kind string
		body                                []byte
	}
	got := make(chan seen, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- seen{r.Method, r.URL.RawQuery, r.Header.Get("SOAPAction"), r.Header.Get("Accept"), r.Header.Get("Content-Type"), body}
		w.Header().Set("X-Echo", strings.ReplaceAll(key, "\x00", ""))
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, "no: "+key+" "+escaped(key))
	}))
	defer server.Close()
	for _, k := range kinds() {
		f := &incoming{client: serviceClient(nil), set: profile.Incoming{
			ServiceURL: server.URL + "/ws?x=1", ServiceFormat: k.name, ServiceTimeout: 10 * time.Second, EmailParameter: "e", SessionParameter: "sid",
		}}
		c := f.ask(t.Context(), email, key)
		s := <-got
		switch {
		case c.Valid || !strings.Contains(c.Said, "text/plain"):
			t.Errorf("%s: %+v", k.name, c)
		case k.name != "soap" && (s.method != "GET" || s.query != "x=1&e=zoe%2Ba%26%C3%A9%40example.com&sid=k%3C%26%3E%22%27k%2B%2F%3D%2500+0123456789" || s.accept != "application/"+k.name):
			t.Errorf("%s: %+v", k.name, s)
		case k.name == "soap" && (s.method != "POST" || s.query != "x=1" || s.action != `"urn:ssoproof:authentication-service/Authenticate"` || s.kind != "text/xml; charset=utf-8"):
			t.Errorf("soap: %+v", s)
		}
		if k.name == "soap" {
			var envelope struct {
				Email   string `xml:"Body>Authenticate>email"`
				Session string `xml:"Body>Authenticate>session"`
			}
			if err := xml.Unmarshal(s.body, &envelope); err != nil || envelope.Email != email || envelope.Session != key {
				t.Errorf("%v %+v", err, envelope)
			}
		}
		for what, text := range map[string]string{"request": c.Request, "answer": c.Response, "said": c.Said} {
			if strings.Contains(text, "0123456789") {
				t.Errorf("%s: the %s shows the key: %s", k.name, what, text)
			}
		}
		if !strings.Contains(c.Request, masked) || !strings.HasPrefix(c.Response, "HTTP/1.1 200 OK\r\n") {
			t.Errorf("%s: %q %q", k.name, c.Request, c.Response)
		}
	}
}

func TestAnswerWithoutEnd(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(bytes.Repeat([]byte(" "), 1<<20))
	}))
	defer server.Close()
	f := &incoming{client: serviceClient(nil), set: profile.Incoming{ServiceURL: server.URL, ServiceFormat: "json", ServiceTimeout: 10 * time.Second}}
	if c := f.ask(t.Context(), "ada@example.com", "0123456789"); c.Valid || !strings.Contains(c.Said, "more than 1024 bytes") || len(c.Response) > 8<<10 {
		t.Errorf("%s, %d bytes shown", c.Said, len(c.Response))
	}
}

func TestWSDL(t *testing.T) {
	t.Parallel()
	var d struct {
		Target    string `xml:"targetNamespace,attr"`
		Operation struct {
			Name string `xml:"name,attr"`
			SOAP struct {
				Action string `xml:"soapAction,attr"`
			} `xml:"http://schemas.xmlsoap.org/wsdl/soap/ operation"`
		} `xml:"binding>operation"`
		Address struct {
			Location string `xml:"location,attr"`
		} `xml:"service>port>address"`
	}
	const address = `https://os.example/ws?a=1&b="2"`
	if err := xml.Unmarshal([]byte(wsdl(address)), &d); err != nil {
		t.Fatal(err)
	}
	if d.Target != serviceNamespace || d.Operation.Name != "Authenticate" || d.Operation.SOAP.Action != soapAction || d.Address.Location != address {
		t.Errorf("%+v", d)
	}
	if strings.Contains(wsdl(""), "{address}") {
		t.Error("a portal without a web service gives an address that is none")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(restXML))
	f.Add([]byte(soapFault))
	f.Fuzz(func(t *testing.T, body []byte) {
		if e, err := parse(body); err == nil && e.Local == "" {
			t.Errorf("%q has a root without a name", body)
		}
	})
}
