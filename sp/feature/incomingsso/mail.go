package incomingsso

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/ssoproof/ssoproof/sp/account"
	"github.com/ssoproof/ssoproof/sp/feature"
)

// sent is a mail that the portal has sent, as the Data API lists it.
type sent struct {
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Link    string    `json:"link"`
	Sent    time.Time `json:"sent"`
}

// outbox remembers the mails of one portal.
type outbox struct {
	mu   sync.Mutex
	mail []sent
}

func (o *outbox) keep(one sent) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.mail = append(o.mail, one)
}

func (o *outbox) list() []sent {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]sent{}, o.mail...)
}

// invite welcomes a new user. The caller sees to it that nobody is invited
// while Incoming SSO is active (seed 001, FAQ).
func (p *portal) invite(a account.Account) {
	p.mail(a, "invitation-sent", "Your partner portal account", "you have an account in the partner portal. Log in here:",
		p.site.BaseURL()+p.site.Settings().Paths.Login)
}

// notify tells a user about a lead. The link is the lead's own address and
// knows nothing of single sign-on (seed 000, step 1).
func (p *portal) notify(a account.Account, path string) {
	p.mail(a, "notification-sent", "A lead was assigned to you", "a lead was assigned to you. View it here:", p.site.BaseURL()+path)
}

func (p *portal) mail(to account.Account, kind, subject, text, link string) {
	p.outbox.keep(sent{To: to.Email, Subject: subject, Link: link, Sent: p.site.Now()})
	p.site.Record(kind, to, link)
	err := p.site.Mail(feature.Mail{
		From: "no-reply@" + strings.ToLower(p.site.Profile().Product) + ".example", To: to.Email, Subject: subject,
		Text: fmt.Sprintf("Hello %s,\n\n%s\n\n%s\n", to.Name(), text, link),
	})
	if err != nil {
		p.site.Record("mail-withheld", to, err.Error())
	}
}

// leadsPath is where the portal's leads are.
const leadsPath = "/Leads/"

// assignLead tells a user that the lead is hers now.
func (p *portal) assignLead(f *incoming, r *http.Request) (int, any) {
	u, err := readUser(r.Body)
	if err != nil || u.Email == nil {
		return http.StatusUnprocessableEntity, problem("the body is not the email of a user")
	}
	path := leadsPath + url.PathEscape(r.PathValue("lead"))
	if !f.site.Exists(path) {
		return http.StatusNotFound, problem("there is no such lead")
	}
	found := f.site.Accounts().Match(account.Matching{Field: "email", Fold: true}, *u.Email)
	if len(found) != 1 {
		return http.StatusNotFound, problem("no user has this e-mail address")
	}
	p.notify(found[0], path)
	return http.StatusOK, userOf(found[0])
}
