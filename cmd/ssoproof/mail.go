package main

import (
	"fmt"
	"io"
	"mime"
	"net"
	"net/smtp"
	"strings"
	"time"

	"github.com/ssoproof/ssoproof/sp"
)

// mailer is what sends the products' mail; nil leaves it in their mailboxes.
func mailer(addr string, narrate io.Writer) (func(sp.Mail) error, error) {
	if addr == "" {
		return nil, nil
	}
	return smtpMailer(addr, time.Now, narrate)
}

// smtpMailer returns what hands a product's mail to the SMTP server at addr. It
// returns at once, so that nobody can tell by the time it takes whether there
// was anything to send; what goes wrong later is narrated.
func smtpMailer(addr string, now func() time.Time, narrate io.Writer) (func(sp.Mail) error, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || host == "" || port == "" {
		return nil, usageError{fmt.Sprintf("--smtp %q is no address", addr), "for example: --smtp mail.example.com:25"}
	}
	lines := make(chan string, 64)
	go func() {
		for line := range lines {
			fmt.Fprintln(narrate, line)
		}
	}()
	return func(m sp.Mail) error {
		go func() {
			if err := smtp.SendMail(addr, nil, m.From, []string{m.To}, letter(m, now())); err != nil {
				lines <- fmt.Sprintf("mail to %s was not sent: %v", m.To, err)
				return
			}
			lines <- "mail sent to " + m.To
		}()
		return nil
	}, nil
}

// letter is the mail as RFC 5322 wants it. Addresses and subject come from the
// product's accounts, so a line break in them must not become a header.
func letter(m sp.Mail, now time.Time) []byte {
	oneLine := strings.NewReplacer("\r", "", "\n", "")
	text := strings.ReplaceAll(strings.ReplaceAll(m.Text, "\r\n", "\n"), "\n", "\r\n")
	return fmt.Appendf(nil, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s",
		oneLine.Replace(m.From), oneLine.Replace(m.To), mime.QEncoding.Encode("utf-8", oneLine.Replace(m.Subject)), now.Format(time.RFC1123Z), text)
}
