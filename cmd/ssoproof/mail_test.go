package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ssoproof/ssoproof/sp"
)

// postOffice takes one mail and returns the conversation.
func postOffice(t *testing.T) (addr string, heard <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	all := make(chan string, 1)
	go func() {
		defer listener.Close()
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var b strings.Builder
		fmt.Fprint(conn, "220 post office\r\n")
		for lines, data := bufio.NewScanner(conn), false; lines.Scan(); {
			line := lines.Text()
			b.WriteString(line + "\n")
			switch {
			case data && line == ".":
				data = false
				fmt.Fprint(conn, "250 taken\r\n")
			case data:
			case line == "DATA":
				data = true
				fmt.Fprint(conn, "354 go on\r\n")
			case line == "QUIT":
				fmt.Fprint(conn, "221 bye\r\n")
				all <- b.String()
				return
			default:
				fmt.Fprint(conn, "250 fine\r\n")
			}
		}
	}()
	return listener.Addr().String(), all
}

func TestMailIsSent(t *testing.T) {
	t.Parallel()
	addr, heard := postOffice(t)
	send, err := smtpMailer(addr, time.Now, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := send(sp.Mail{From: "no-reply@x.example", To: "ada@example.com", Subject: "Your code\nBcc: eve@example.com", Text: "Grüße,\n\nyour code is 123456.\n"}); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-heard:
		for _, want := range []string{"MAIL FROM:<no-reply@x.example>", "RCPT TO:<ada@example.com>", "Subject: Your codeBcc: eve@example.com\n", "\nyour code is 123456.\n"} {
			if !strings.Contains(got, want) {
				t.Errorf("the post office did not hear %q in\n%s", want, got)
			}
		}
		if strings.Contains(got, "\nBcc:") || strings.Count(got, "RCPT") != 1 {
			t.Errorf("a header was smuggled in:\n%s", got)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("no mail came")
	}
}

func TestMailNeedsAnAddress(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"mail.example.com", ":25", "host:", ""} {
		var bad usageError
		if _, err := smtpMailer(addr, time.Now, io.Discard); !errors.As(err, &bad) {
			t.Errorf("%q: %v", addr, err)
		}
	}
}
