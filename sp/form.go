package sp

import (
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate"
)

// unfit is why what came is no message that could be judged.
type unfit struct {
	why  reason.Reason
	rule string // of validate.DeliveryRules, "" when the reason says it all
	text string

	err   error  // of validate.Decode
	where string // what it was given
}

// unfitf names the rule that is broken, and what came instead.
func unfitf(rule, format string, args ...any) *unfit {
	return &unfit{rule: rule, text: fmt.Sprintf(format, args...)}
}

// unfitFor gives a reason for which there is no rule.
func unfitFor(why reason.Reason, format string, args ...any) *unfit {
	return &unfit{why: why, text: fmt.Sprintf(format, args...)}
}

// undecoded is a field, of a form or a query, that validate.Decode refused.
func undecoded(of, field string, err error) *unfit {
	return &unfit{text: fmt.Sprintf("%s: %v", field, err), err: err, where: of + " " + field}
}

// decide says it the way that the validator would.
func (u *unfit) decide(p validate.Policy) validate.Decision {
	switch {
	case u.err != nil:
		return validate.Unreadable(u.err, u.where, p)
	case u.rule != "":
		return validate.Undelivered(u.rule, u.text, p)
	}
	return validate.Decision{Reason: u.why}
}

// readForm reads a posted form into r.PostForm and returns which of the wanted
// fields holds its message.
func readForm(w http.ResponseWriter, r *http.Request, limit int, wanted ...string) (string, *unfit) {
	r.Body = http.MaxBytesReader(w, r.Body, int64(limit))
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
		return "", unfitf("form-encoding", "a form that came as %.100q", kind)
	}
	if err := r.ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return "", unfitFor(reason.TooLarge, "the form has more than %d bytes", limit)
		}
		return "", unfitf("form-encoding", "a form that cannot be read: %v", err)
	}
	return oneMessage(r.PostForm, wanted...)
}

// oneMessage returns the field that holds the message. Anything that is not
// plainly one of those wanted is refused rather than guessed at.
func oneMessage(form url.Values, wanted ...string) (string, *unfit) {
	var found []string
	for _, name := range []string{"SAMLRequest", "SAMLResponse", "SAMLart"} {
		for range form[name] {
			found = append(found, name)
		}
	}
	switch {
	case len(found) > 1:
		return "", unfitf("one-message", "%s", strings.Join(found, ", "))
	case len(found) == 1 && slices.Contains(wanted, found[0]):
		return found[0], nil
	case len(found) == 1:
		return "", unfitf("message-present", "only %s, not %s", found[0], strings.Join(wanted, " or "))
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if slices.ContainsFunc(wanted, func(w string) bool { return strings.EqualFold(w, name) }) {
			return "", unfitf("message-present", "a field %.20q, not %s", name, strings.Join(wanted, " or "))
		}
	}
	return "", unfitf("message-present", "no field %s", strings.Join(wanted, " or "))
}
