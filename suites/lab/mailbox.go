package lab

import (
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"sync"

	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// mailbox takes in what the product of one lab writes to its users and shows
// it on a page, the newest first.
type mailbox struct {
	mu    sync.Mutex
	mails []sp.Mail
}

//go:embed mailbox.html
var mailboxHTML string

var mailboxPage = template.Must(template.New("mailbox").Funcs(template.FuncMap{"parts": parts}).Parse(mailboxHTML))

func (m *mailbox) keep(one sp.Mail) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mails = slices.Insert(m.mails, 0, one)
	return nil
}

func (m *mailbox) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	m.mu.Lock()
	mails := slices.Clone(m.mails)
	m.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	// A write that fails has no reader left to tell.
	_ = mailboxPage.Execute(w, mails)
}

// part is a piece of a mail's text, which is a link where it is an address.
type part struct {
	Text string
	Link bool
}

var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// parts finds the links in a mail, as mail programs do.
func parts(text string) []part {
	var all []part
	from := 0
	for _, at := range address.FindAllStringIndex(text, -1) {
		all = append(all, part{Text: text[from:at[0]]}, part{text[at[0]:at[1]], true})
		from = at[1]
	}
	return append(all, part{Text: text[from:]})
}

// mailer is what sends the product's mail.
func (l *Lab) mailer() func(sp.Mail) error {
	if l.house.Mail != nil {
		return l.house.Mail
	}
	return l.mails.keep
}

var sixDigits = regexp.MustCompile(`\b[0-9]{6}\b`)

// MailedCode looks into the mailbox in a second tab, as a person would, and
// returns the one-time code of the newest mail; "" when there is none.
func (l *Lab) MailedCode() (string, error) {
	second := l.Tab.Beside()
	if err := second.Open(l.URLs[trace.Lab] + "/"); err != nil {
		return "", errors.Join(fmt.Errorf("opening the mailbox: %w", err), second.Close())
	}
	code := ""
	if second.Exists(".mail") {
		text, err := second.Text(".mail")
		if err != nil {
			return "", errors.Join(err, second.Close())
		}
		code = sixDigits.FindString(text)
	}
	return code, second.Close()
}
