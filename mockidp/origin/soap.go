package origin

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The vocabulary of the portal's WSDL, read from it once and written down
// here: mock and portal share no code.
const (
	serviceNS  = "urn:ssoproof:authentication-service"
	soapAction = serviceNS + "/Authenticate"
	envelopeNS = "http://schemas.xmlsoap.org/soap/envelope/"

	xmlType  = "application/xml; charset=utf-8"
	soapType = "text/xml; charset=utf-8"
)

// maxCall bounds a SOAP call, in bytes.
const maxCall = 16 << 10

func xmlAnswer(valid bool) string {
	return `<?xml version="1.0" encoding="utf-8"?><AuthenticateResult xmlns="` + serviceNS + `">` + strconv.FormatBool(valid) + `</AuthenticateResult>`
}

func envelope(body string) string {
	return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="` + envelopeNS + `"><soap:Body>` + body + `</soap:Body></soap:Envelope>`
}

func soapAnswer(result string) string {
	return envelope(`<AuthenticateResponse xmlns="` + serviceNS + `">` + result + `</AuthenticateResponse>`)
}

func soapFault(code, text string) string {
	return envelope(`<soap:Fault><faultcode>soap:` + code + `</faultcode><faultstring>` + text + `</faultstring></soap:Fault>`)
}

// soap answers a call of the operation Authenticate. A call that is not as the
// WSDL says gets a Fault with status 500 (SOAP 1.1, 6.2).
func (o *Origin) soap(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", soapType)
	asked, err := readCall(w, r)
	if err != nil {
		o.recordCall(asked, "fault: "+err.Error())
		w.WriteHeader(http.StatusInternalServerError)
		var text strings.Builder
		_ = xml.EscapeText(&text, []byte(err.Error())) // a strings.Builder takes everything
		io.WriteString(w, soapFault("Client", text.String()))
		return
	}
	io.WriteString(w, soapAnswer("<AuthenticateResult>"+strconv.FormatBool(o.decide(asked))+"</AuthenticateResult>"))
}

// call is the envelope that the WSDL describes.
type call struct {
	XMLName xml.Name `xml:"http://schemas.xmlsoap.org/soap/envelope/ Envelope"`
	Body    struct {
		Authenticate []struct {
			Email   []string `xml:"urn:ssoproof:authentication-service email"`
			Session []string `xml:"urn:ssoproof:authentication-service session"`
		} `xml:"urn:ssoproof:authentication-service Authenticate"`
	} `xml:"http://schemas.xmlsoap.org/soap/envelope/ Body"`
}

// readCall reads a SOAP call, the SOAPAction header included.
func readCall(w http.ResponseWriter, r *http.Request) (pair, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "text/xml" {
		return pair{}, fmt.Errorf("Content-Type %q is not text/xml", r.Header.Get("Content-Type"))
	}
	if got := r.Header.Get("SOAPAction"); strings.Trim(got, `"`) != soapAction {
		return pair{}, fmt.Errorf("SOAPAction %q is not that of the WSDL", got)
	}
	var c call
	if err := xml.NewDecoder(http.MaxBytesReader(w, r.Body, maxCall)).Decode(&c); err != nil {
		return pair{}, fmt.Errorf("the envelope cannot be read: %w", err)
	}
	if a := c.Body.Authenticate; len(a) == 1 && len(a[0].Email) == 1 && len(a[0].Session) == 1 {
		return pair{a[0].Email[0], a[0].Session[0]}, nil
	}
	return pair{}, errors.New("the body is not one Authenticate with one email and one session")
}
