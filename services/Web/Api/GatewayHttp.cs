namespace Desk.Web.Api;

/// <summary>The one connection pool to the gateway.</summary>
internal sealed class GatewayHttp : IDisposable
{
    public GatewayHttp(IConfiguration configuration)
    {
        var address = configuration["services:gateway:http:0"]
            ?? throw new InvalidOperationException("services__gateway__http__0 is not set: the app host says where the gateway is.");
        Client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(address.TrimEnd('/') + "/api/v1/"),
            // DeskApi sets the limit of a whole answer; this one would end with its head.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public HttpClient Client { get; }

    public void Dispose() => Client.Dispose();
}
