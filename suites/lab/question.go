package lab

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// question is one call of the Authentication Web Service whose answer is known
// beforehand.
type question struct {
	fault, about string // the fault's name when the answer is wrong
	email, key   string
	want         bool
}

// KindServiceFault is the kind of event that names a wrong answer: the fault
// stands before the first colon of the note.
const KindServiceFault trace.Kind = "service-fault"

// QuestionService asks the Authentication Web Service, in REST JSON, what no
// portal would: a service that answers too kindly is not to be noticed from a
// login that succeeds. Wrong answers are recorded as KindServiceFault.
func (l *Lab) QuestionService() error {
	key, err := l.IssueKey(l.Email())
	if err != nil {
		return err
	}
	for _, q := range []question{
		{"denies-good-key", "a key for its own address", l.Email(), key, true},
		{"always-true", "a key that is nobody's", l.Email(), rand.Text(), false},
		{"true-for-other-email", "a key for another address", "nobody-" + l.Email(), key, false},
		{"case-sensitive-email", "a key for its own address in capitals", strings.ToUpper(l.Email()), key, true},
	} {
		answer, err := l.askService(q.email, q.key)
		if err != nil {
			return err
		}
		kind, note := trace.KindNote, fmt.Sprintf("asked about %s, the web service answers %.40q", q.about, answer)
		if answer != strconv.FormatBool(q.want) {
			kind, note = KindServiceFault, q.fault+": "+note
		}
		l.record(trace.Event{At: l.Clocks[trace.Origin].Now(), Party: trace.Lab, Kind: kind, Note: note})
	}
	return nil
}

func (l *Lab) askService(email, key string) (string, error) {
	in := l.Settings.Incoming
	pair := url.Values{in.EmailParameter: {email}, in.SessionParameter: {key}}
	res, err := client(trace.Lab).Get(in.ServiceURL + "?" + pair.Encode())
	if err != nil {
		return "", fmt.Errorf("asking the web service: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<10))
	if err != nil {
		return "", fmt.Errorf("asking the web service: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return res.Status, nil
	}
	return string(body), nil
}
