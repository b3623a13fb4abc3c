using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Desk.Contracts;
using Desk.Gateway.Guard;
using Desk.Gateway.Keys;
using Desk.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Desk.Gateway.Tests;

/// <summary>What only a process of its own shows: how it starts in Development, websockets, the server's own limits.</summary>
[Collection(TheGateway.Name)]
public sealed class ProcessTests(GatewayUnderTest gateway)
{
    [Fact]
    public async Task In_Development_it_makes_demo_people_and_lets_their_pages_speak_over_websockets()
    {
        await using var web = await WebAsync();
        var folder = Directory.CreateDirectory(Path.Combine((await DeskServers.GetAsync()).Folder, "gateway-process")).FullName;
        var people = Path.Combine(folder, "people.json");
        await gateway.Host.Broker.Hear<AccountChanged>();
        var url = $"http://127.0.0.1:{FreePort()}";
        using var process = await StartAsync(url, people, web.Urls.First());
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(url) };
            client.DefaultRequestHeaders.Add("Origin", url);
            await Wait.Until(async () => !process.HasExited && await IsReadyAsync(client), "the process is ready", TimeSpan.FromSeconds(60));

            var demo = JsonNode.Parse(await File.ReadAllTextAsync(people))!.AsArray();
            Assert.Equal(8, demo.Count);
            Assert.Equal(8, demo.Select(person => person!["password"]!.GetValue<string>()).Distinct().Count());
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(people));
            var lead = demo.Single(person => person!["role"]!.GetValue<string>() == "lead")!;
            await gateway.Host.Broker.Next<AccountChanged>(said => said.Email == lead["email"]!.GetValue<string>() && said.Role == Role.Lead);

            using var signedIn = await client.PostAsync("/account/sign-in", GatewayUnderTest.Form(
                ("email", lead["email"]!.GetValue<string>()), ("password", lead["password"]!.GetValue<string>())));
            Assert.Equal(HttpStatusCode.NoContent, signedIn.StatusCode);
            Assert.Equal("lead", (await client.GetFromJsonAsync<JsonObject>("/api/v1/me"))!["role"]!.GetValue<string>());

            var cookie = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
            Assert.Equal("hello", await EchoAsync(url, cookie, origin: url));
            await Assert.ThrowsAsync<WebSocketException>(() => EchoAsync(url, cookie, origin: "https://evil.example"));

            // It does not say how large it is, and is cut off where it becomes too large.
            using var large = new HttpRequestMessage(HttpMethod.Post, "/api/v1/mail") { Content = new StreamContent(new MemoryStream(new byte[RequestSize.Most + 1])) };
            large.Headers.TransferEncodingChunked = true;
            large.Headers.Authorization = gateway.Admin.DefaultRequestHeaders.Authorization;
            try
            {
                using var answer = await client.SendAsync(large);
                Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
            }
            catch (HttpRequestException)
            {
                // The server may close the connection while the client is still sending: refused all the same.
            }
        }
        finally
        {
            process.Kill();
        }
    }

    private async Task<Process> StartAsync(string url, string people, string web)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ApiKey).Assembly.Location]);
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = url,
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ConnectionStrings__gateway"] = gateway.Host.Database,
            ["ConnectionStrings__rabbit"] = (await DeskServers.GetAsync()).Rabbit.ConnectionString,
            ["Desk__QueuePrefix"] = gateway.Host.Broker.Prefix,
            ["Desk__TokenKey"] = TestDesk.TokenKey,
            ["Desk__PublicUrl"] = url,
            ["Desk__DemoPeopleFile"] = people,
            ["Logging__LogLevel__Default"] = "Error",
        }.Concat(Routes.Destinations.All.Select(service => KeyValuePair.Create($"services__{service}__http__0", web))))
        {
            start.Environment[key] = value;
        }
        return Process.Start(start)!;
    }

    private static async Task<WebApplication> WebAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            // It is the gateway's limit that is met.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var web = builder.Build();
        web.UseWebSockets();
        web.MapGet("/health/ready", () => "");
        web.Map("/api/{**path}", async (HttpRequest request) => await request.Body.CopyToAsync(Stream.Null));
        web.Map("/_blazor", async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var heard = new byte[100];
            var said = await socket.ReceiveAsync(heard, CancellationToken.None);
            await socket.SendAsync(heard.AsMemory(0, said.Count), WebSocketMessageType.Text, true, CancellationToken.None);
        });
        await web.StartAsync();
        return web;
    }

    private static async Task<string> EchoAsync(string url, string cookie, string origin)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookie);
        socket.Options.SetRequestHeader("Origin", origin);
        await socket.ConnectAsync(new Uri(url.Replace("http:", "ws:") + "/_blazor"), CancellationToken.None);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        var heard = new byte[100];
        var said = await socket.ReceiveAsync(heard, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(heard, 0, said.Count);
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
