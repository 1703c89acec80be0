package lab

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/origin"
	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// buildSAML starts the IdP and the SP and lets them exchange metadata, as
// bytes: they share no code.
func (l *Lab) buildSAML() error {
	if err := l.settle(); err != nil {
		return err
	}
	idp, err := l.idpSettings()
	if err != nil {
		return fmt.Errorf("setting up the identity provider: %w", err)
	}
	keys := l.house.keys
	signing, err := idp.keys(keys, l.Clocks[trace.IdP].Now())
	if err != nil {
		return fmt.Errorf("making the identity provider's key: %w", err)
	}
	if err := l.startIdP(idp, signing); err != nil {
		return err
	}
	l.provision = provision{by: idp.Metadata, signed: idp.SignMetadata, signer: signing[0].Certificate}
	if err := l.buildSecondIdP(idp); err != nil {
		return err
	}
	if err := l.buildSP(l.IdP.Metadata(), l.house.keys.sp); err != nil {
		return err
	}
	l.registration = func(metadata []byte) mockidp.ServiceProvider {
		return idp.registration(l.Setup.Profile.Product, metadata, keys)
	}
	if err := l.registerTenants(); err != nil {
		return err
	}
	if idp.Status.Code != "" {
		l.IdP.AnswerStatus(idp.Status.response())
	}
	l.IdP.Arm(l.fillFaults(l.Setup.Faults)...)
	l.admit(trace.IdP, l.IdP)
	l.fetchMetadata()
	return nil
}

// startIdP starts the identity provider, which knows no SP yet, with these keys.
func (l *Lab) startIdP(settings IdPSettings, signing []mockidp.Key) error {
	artifacts, err := l.artifactURL(settings.ArtifactService)
	if err != nil {
		return fmt.Errorf("setting up the identity provider: %w", err)
	}
	signOn, err := l.signOnURL(settings.SSOService)
	if err != nil {
		return fmt.Errorf("setting up the identity provider: %w", err)
	}
	l.IdP, err = mockidp.New(mockidp.Config{
		SignOnURL: signOn, LogoutBindings: settings.logoutBindings(), Sleep: l.sleep,
		BaseURL: l.URLs[trace.IdP], Keys: signing, Foreign: l.house.keys.foreign,
		People: people(l.Setup.People), Now: l.Clocks[trace.IdP].Now, Record: l.fromIdP,
		WantSignedRequests: settings.WantSignedRequests, SignMetadata: settings.SignMetadata, Client: client(trace.IdP),
		ArtifactURL: artifacts, NoArtifacts: settings.ArtifactService == "missing",
		Unannounced: settings.unannounced(l.house.keys),
	})
	if err != nil {
		return fmt.Errorf("starting the identity provider: %w", err)
	}
	return nil
}

// buildLegacy starts the Originating System and the portal, which agree on the
// names of the query variables.
func (l *Lab) buildLegacy() error {
	if err := l.settle(); err != nil {
		return err
	}
	settings, errs := decodeOrigin(l.fillAll(l.Setup.Origin)...)
	if len(errs) > 0 {
		return fmt.Errorf("setting up the originating system: %w", errors.Join(errs...))
	}
	incoming := &l.Settings.Incoming
	l.secret = sessionVariable(incoming.SessionParameter)
	incoming.DataAPIKey = cmp.Or(incoming.DataAPIKey, DataAPIKey)
	api := l.portalAPI(cmp.Or(settings.DataAPIURL, l.URLs[trace.SP]))
	var err error
	l.Origin, err = origin.New(origin.Config{
		BaseURL: l.URLs[trace.Origin], PortalURL: l.URLs[trace.SP],
		Names: origin.Names{
			Reason: incoming.ReasonParameter, Target: incoming.TargetParameter,
			Email: incoming.EmailParameter, Session: incoming.SessionParameter,
		},
		People: originPeople(l.Setup.People), Now: l.Clocks[trace.Origin].Now, Record: l.fromOrigin,
		UserExists: api.exists, CreateUser: api.create,
		Links:    []origin.Link{{Title: "Partner portal: leads", Path: "/Leads"}, {Title: "Partner portal: deals", Path: "/Deals"}},
		Stubborn: settings.Stubborn, ServiceDefect: settings.ServiceDefect, KeyDefect: settings.KeyDefect,
	})
	if err != nil {
		return fmt.Errorf("starting the originating system: %w", err)
	}
	if err := l.configurePortal(settings); err != nil {
		return err
	}
	if answer, prepared := origin.AnswerNamed(settings.Answer); prepared {
		answer.Times = settings.Times
		l.Origin.AnswerWith(answer)
	}
	l.admit(trace.Origin, l.Origin)
	return l.buildSP(nil, nil)
}

// settle works out the SP's settings.
func (l *Lab) settle() error {
	var errs []error
	if l.Settings, errs = l.Setup.Profile.With(l.Setup.Layout, l.fillAll(l.Setup.SP)...); len(errs) > 0 {
		return fmt.Errorf("setting up the service provider: %w", errors.Join(errs...))
	}
	return nil
}

func (l *Lab) buildSP(idpMetadata []byte, key *sp.Key) error {
	var err error
	l.SP, err = sp.New(sp.Config{Now: l.Clocks[trace.SP].Now, Record: l.fromSP, Client: clientTrusting(trace.SP, l.trust(trace.SP)), Without: l.Setup.Without, Mail: l.mailer()})
	if err != nil {
		return fmt.Errorf("starting the service provider: %w", err)
	}
	tenant := sp.Tenant{
		Host: l.house.Front.Host(l.hosts[trace.SP]), BaseURL: l.URLs[trace.SP],
		Profile: l.Setup.Profile, Layout: l.Setup.Layout, Settings: &l.Settings,
		IdPMetadata: idpMetadata, OtherIdPs: l.second.metadata(), Accounts: accounts(l.Setup.People), Replays: &l.used, Key: key, PreviousKey: l.house.keys.previous,
	}
	l.provision.apply(&tenant, l.URLs[trace.IdP])
	err = l.SP.Add(tenant)
	if err != nil {
		return fmt.Errorf("starting the service provider: %w", err)
	}
	l.admit(trace.SP, l.SP)
	l.admitAlias()
	l.admit(trace.Lab, &l.mails)
	return l.buildNeighbour(idpMetadata, key)
}
