// A peer on pion/dtls: an echoing server, or a client that says each line of its input and can change its address.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"

	"github.com/pion/dtls/v3"
)

var (
	role      = flag.String("role", "client", "client or server")
	address   = flag.String("address", "127.0.0.1:5684", "to connect to, or to listen on")
	suite     = flag.Uint("suite", 0xc0a8, "the one cipher suite")
	cid       = flag.Int("cid", -1, "length of our connection ID; 0: none in records to us; -1: no extension")
	key       = flag.String("key", "", "pre-shared key")
	identity  = flag.String("identity", "", "PSK identity")
	cert      = flag.String("cert", "", "certificate file")
	certKey   = flag.String("certkey", "", "its private key")
	authority = flag.String("ca", "", "file of the authority")
)

func check(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

// A socket that can be exchanged for another under a running connection.
type movable struct {
	mu sync.Mutex
	*net.UDPConn
}

func (m *movable) current() *net.UDPConn {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.UDPConn
}

func (m *movable) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		conn := m.current()
		n, from, err := conn.ReadFrom(b)
		if err == nil || conn == m.current() {
			return n, from, err
		}
	}
}

func (m *movable) WriteTo(b []byte, to net.Addr) (int, error) { return m.current().WriteTo(b, to) }

func (m *movable) move() {
	fresh, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	check(err)
	m.mu.Lock()
	old := m.UDPConn
	m.UDPConn = fresh
	m.mu.Unlock()
	old.Close()
}

func options() []dtls.Option {
	list := []dtls.Option{dtls.WithCipherSuites(dtls.CipherSuiteID(*suite))}
	if *key != "" {
		list = append(list,
			dtls.WithPSK(func([]byte) ([]byte, error) { return []byte(*key), nil }),
			dtls.WithPSKIdentityHint([]byte(*identity)))
	}
	if *cert != "" {
		pair, err := tls.LoadX509KeyPair(*cert, *certKey)
		check(err)
		list = append(list, dtls.WithCertificates(pair))
	}
	if *cid == 0 {
		list = append(list, dtls.WithConnectionIDGenerator(dtls.OnlySendCIDGenerator()))
	} else if *cid > 0 {
		list = append(list, dtls.WithConnectionIDGenerator(dtls.RandomCIDGenerator(*cid)))
	}
	return list
}

func roots() *x509.CertPool {
	pool := x509.NewCertPool()
	if *authority != "" {
		pem, err := os.ReadFile(*authority)
		check(err)
		pool.AppendCertsFromPEM(pem)
	}
	return pool
}

func client(to *net.UDPAddr) {
	socket, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	check(err)
	moving := &movable{UDPConn: socket}
	list := []dtls.ClientOption{}
	for _, option := range options() {
		list = append(list, option)
	}
	if *cert != "" {
		// the name is not what is tested, the issuer is
		list = append(list, dtls.WithInsecureSkipVerify(true),
			dtls.WithVerifyPeerCertificate(func(raw [][]byte, _ [][]*x509.Certificate) error {
				leaf, err := x509.ParseCertificate(raw[0])
				if err != nil {
					return err
				}
				_, err = leaf.Verify(x509.VerifyOptions{Roots: roots()})
				return err
			}))
	}
	conn, err := dtls.ClientWithOptions(moving, to, list...)
	check(err)
	check(conn.Handshake())
	fmt.Println("established")
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := conn.Read(buffer)
			check(err)
			fmt.Printf("heard %s\n", buffer[:n])
		}
	}()
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); line == "move" {
			moving.move()
		} else {
			_, err := conn.Write([]byte(line))
			check(err)
		}
	}
	check(conn.Close())
}

func server(on *net.UDPAddr) {
	list := []dtls.ServerOption{}
	for _, option := range options() {
		list = append(list, option)
	}
	if *authority != "" {
		list = append(list, dtls.WithClientAuth(dtls.RequireAndVerifyClientCert), dtls.WithClientCAs(roots()))
	}
	listener, err := dtls.ListenWithOptions("udp", on, list...)
	check(err)
	fmt.Println("listening")
	for {
		conn, err := listener.Accept()
		check(err)
		go func() {
			buffer := make([]byte, 4096)
			for {
				n, err := conn.Read(buffer)
				if err != nil {
					fmt.Println("ended:", err)
					return
				}
				_, _ = conn.Write(append([]byte("echo "), buffer[:n]...))
			}
		}()
	}
}

func main() {
	flag.Parse()
	at, err := net.ResolveUDPAddr("udp", *address)
	check(err)
	if *role == "server" {
		server(at)
	} else {
		client(at)
	}
}
