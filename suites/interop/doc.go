// Package interop lets other people's software judge ours: Debian's
// mod_auth_mellon signs people in through the mock identity provider, and the
// reference service provider signs them in through Debian's simplesamlphp, in
// real Chrome. On the legacy road, Debian's zeep reads the portal's WSDL and calls
// the Originating System's web service by it. What both sides of ours agree on could be one mistake made twice;
// here nobody else's code shares it.
//
// It holds tests only, and plays nothing unless the flag -interop is given,
// because it needs Debian's packages: make interop installs and runs all. It
// knows nothing of scenarios, checks or reports. Start at TestInterop
// and TestZeep.
package interop
