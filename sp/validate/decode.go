package validate

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
)

// FieldError says why a field does not hold a message. Its Finding lacks only
// Where, which Unreadable is told.
type FieldError struct{ Finding Finding }

// Error is what stands in the field, and what should.
func (e *FieldError) Error() string { return e.Finding.Got + "; want " + e.Finding.Want }

// Unreadable is the Decision on a field that Decode refused, which stands there.
func Unreadable(err error, where string, p Policy) Decision {
	finding := Finding{Rule: ruleField, Ref: refField, Reason: reason.Malformed, Got: err.Error()}
	var field *FieldError
	if errors.As(err, &field) {
		finding = field.Finding
	}
	finding.Where = where
	return p.undelivered(finding)
}

const refField = "SAML bindings 3.5.4"

// Decode reads the field that holds a message: base64 (RFC 2045), which may be
// wrapped into lines. At most limit bytes are decoded; 0 means Policy's
// default. Every error is a *FieldError.
func Decode(field string, limit int) ([]byte, error) {
	if limit <= 0 {
		limit = defaultMaxBytes
	}
	if most := base64.StdEncoding.EncodedLen(limit); len(field) > most+most/16+1024 { // room for line ends
		return nil, fieldError(reason.TooLarge, fmt.Sprintf("a field of %d characters", len(field)),
			fmt.Sprintf("a message of at most %d bytes", limit), "Send less: fewer attributes or group values, no embedded pictures.")
	}
	text := strings.NewReplacer("\r", "", "\n", "").Replace(strings.TrimSpace(field))
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	switch {
	case text == "":
		return nil, notBase64("an empty field", "Put the message into the field.")
	case err != nil:
		return nil, notBase64(misspelling(text))
	case len(raw) > limit:
		return nil, fieldError(reason.TooLarge, fmt.Sprintf("a message of %d bytes", len(raw)),
			fmt.Sprintf("at most %d bytes", limit), "Send less: fewer attributes or group values, no embedded pictures.")
	}
	return raw, nil
}

var escapes = regexp.MustCompile(`%(2[BbFf]|3[Dd])`)

// misspelling names the usual ways to get the encoding wrong.
func misspelling(text string) (got, remedy string) {
	switch {
	case strings.HasPrefix(text, "<"):
		return "XML as it is", "Encode the message in base64 before it goes into the form."
	case escapes.MatchString(text):
		return "percent escapes inside the field", "The browser escapes form fields itself; put plain base64 into the form."
	case strings.ContainsAny(text, "-_"):
		return "the URL alphabet of base64 (- and _)", "Use the standard alphabet with + and /."
	case strings.ContainsAny(text, " \t"):
		return "blanks inside the base64 text, where + has stood perhaps", "Escape + as %2B when the form is sent as application/x-www-form-urlencoded."
	case len(strings.TrimRight(text, "="))%4 != 0 && len(text)%4 != 0:
		return fmt.Sprintf("base64 without its padding, or cut short (%d characters)", len(text)), "Keep the = characters at the end, and send the whole text."
	}
	return "text that is not base64", "Encode the message in base64 (RFC 2045)."
}

func notBase64(got, remedy string) error {
	return fieldError(reason.Malformed, got, "the message in base64", remedy)
}

func fieldError(why reason.Reason, got, want, remedy string) error {
	return &FieldError{Finding{
		Rule: ruleField, Ref: refField, Reason: why,
		Got: got, Want: want, Remedy: remedy,
	}}
}
