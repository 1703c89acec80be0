package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/suites/lab"
	"github.com/ssoproof/ssoproof/suites/trace"
)

const serveSynopsis = `serve: keep everything up, to click through by hand

Each product has a tenant of its own with an identity provider (or, for the
legacy road, an originating system) of its own. The console lists them.`

func serveCommand(ctx context.Context, io streams, args []string) error {
	flags := newFlags("serve", serveSynopsis, io)
	src := sourceFlags(flags)
	listen := flags.String("listen", "127.0.0.1:8080", "address of the products, the identity providers and the console")
	control := flags.String("control", "127.0.0.1:8081", "address of the control API, which arms faults and sets clocks")
	smtpAddr := flags.String("smtp", "", "HOST:PORT of an SMTP server that gets the products' mail; without it each product has a mailbox page")
	rest, err := flags.parse(args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return usageError{fmt.Sprintf("serve takes no argument, such as %q", rest[0]), ""}
	}
	v, err := src.vocabulary()
	if err != nil {
		return err
	}
	if err := errors.Join(address("--listen", *listen), address("--control", *control)); err != nil {
		return err
	}
	house, err := lab.NewHouse(*listen, time.Now())
	if err != nil {
		return err
	}
	house.Live = true
	if house.Mail, err = mailer(*smtpAddr, io.err); err != nil {
		return errors.Join(err, house.Close())
	}
	api := mockidp.NewControl()
	tenants, err := openTenants(house, v, api)
	if err != nil {
		return errors.Join(err, house.Close())
	}
	at, stop, err := serveControl(*control, api)
	if err != nil {
		return errors.Join(err, house.Close())
	}
	house.Front.Console(console(house, v, tenants, at))
	fmt.Fprintf(io.out, "console: %s/\ncontrol API: %s\nstop with Ctrl-C\n", house.Front.URL("localhost"), at)
	<-ctx.Done()
	err = house.Close()
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil // a browser held on to a connection: that is its right
	}
	return errors.Join(stop(), err)
}

// address sees that a flag's value can be listened on at all.
func address(flag, value string) error {
	if _, err := net.ResolveTCPAddr("tcp", value); err != nil {
		return usageError{fmt.Sprintf("%s %s: %v", flag, value, err), "HOST:PORT is wanted, such as 127.0.0.1:8080; port 0 takes a free one"}
	}
	return nil
}

// tenant is one product on the console.
type tenant struct {
	Name, Product, Layout string
	Start, IdP, Origin    string
	Metadata, SPMetadata  string
	Mailbox               string
	lab                   *lab.Lab
}

func openTenants(house *lab.House, v *vocabulary, api *mockidp.Control) ([]tenant, error) {
	var tenants []tenant
	for _, p := range v.profiles {
		for i, layout := range p.Layouts {
			name := "acme"
			if i > 0 {
				name += "-" + layout.Name
			}
			l, err := house.Open(lab.Setup{Tenant: name + "-" + p.Name, Profile: p, Layout: layout.Name, People: v.people})
			if err != nil {
				return nil, fmt.Errorf("opening %s: %w", p.Name, err)
			}
			t := tenant{Name: name + "-" + p.Name, Product: p.Product, Layout: layout.Name, Start: l.URLs[trace.SP] + l.Settings.Paths.Home, lab: l}
			if house.Mail == nil {
				t.Mailbox = l.URLs[trace.Lab] + "/"
			}
			if l.IdP != nil {
				t.IdP = l.URLs[trace.IdP] + "/"
				t.Metadata, t.SPMetadata = l.IdP.EntityID(), l.URLs[trace.SP]+l.Settings.Paths.Metadata
				api.Add(t.Name, l.IdP, l.Clocks[trace.IdP].SetOffset)
			} else {
				t.Origin = l.URLs[trace.Origin] + "/"
				if err := mailLead(l); err != nil {
					return nil, fmt.Errorf("opening %s: %w", p.Name, err)
				}
			}
			tenants = append(tenants, t)
		}
	}
	return tenants, nil
}

// mailLead has the portal of the legacy road write to the first person with an
// account: its guide begins with the link in such a mail.
func mailLead(l *lab.Lab) error {
	for _, p := range l.Setup.People {
		if p.Account == "active" {
			return l.As(p.Login, func() error { return l.AssignLead("123") })
		}
	}
	return nil
}

// serveControl serves the control API on a listener of its own, and returns
// its URL and what stops it.
func serveControl(addr string, api http.Handler) (url string, stop func() error, err error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return "", nil, fmt.Errorf("listening on %s: %w", addr, err)
	}
	server := &http.Server{Handler: api, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	return "http://" + listener.Addr().String() + "/", func() error {
		err := server.Close()
		if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	}, nil
}
