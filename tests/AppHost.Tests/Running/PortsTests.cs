using System.Net;
using System.Net.Sockets;
using Desk.AppHost.Native;

namespace Desk.AppHost.Tests.Running;

public sealed class PortsTests
{
    [Fact]
    public void A_port_in_use_is_named_with_who_holds_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        Assert.False(Ports.IsFree(port));
        Assert.Contains($"(pid {Environment.ProcessId})", Ports.HolderOf(port));
    }

    [Fact]
    public void Nobody_holds_a_free_port()
    {
        var port = Ports.Free();

        Assert.True(Ports.IsFree(port));
        Assert.Null(Ports.HolderOf(port));
    }
}
