using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Desk.Gateway.Routes;

/// <summary>Where the services are: <c>services:intake:http:0</c>, <c>:1</c> and so on, one for each replica, as the app host says.</summary>
internal static class Destinations
{
    public const string ClientName = "services";

    public static readonly IReadOnlyList<string> WithApi = ["intake", "routing", "knowledge", "notification", "analytics"];
    public static readonly IReadOnlyList<string> All = [.. WithApi, "web"];

    // Plain HTTP/1.1 with kept connections: it should cost less for small answers than HTTP/2 without TLS.
    private static readonly ForwarderRequestConfig Request = new()
    {
        Version = System.Net.HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        ActivityTimeout = TimeSpan.FromSeconds(100),
    };

    public static IReadOnlyList<ClusterConfig> Of(IConfiguration configuration) => [.. All.Select(service => Cluster(service, Addresses(configuration, service)))];

    public static IReadOnlyList<string> Addresses(IConfiguration configuration, string service)
        => [.. configuration.GetSection($"services:{service}:http").GetChildren().Select(child => child.Value).OfType<string>()];

    private static ClusterConfig Cluster(string service, IReadOnlyList<string> addresses) => new()
    {
        ClusterId = service,
        Destinations = addresses.Index().ToDictionary(at => $"{service}-{at.Index}", at => new DestinationConfig { Address = at.Item }),
        HttpRequest = Request,
        HttpClient = new HttpClientConfig { RequestHeaderEncoding = "utf-8", ResponseHeaderEncoding = "utf-8" },
        // A replica that does not answer is left out for a while; with one there is nobody else to ask.
        HealthCheck = addresses.Count < 2 ? null : new HealthCheckConfig
        {
            Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = "TransportFailureRate", ReactivationPeriod = TimeSpan.FromSeconds(5) },
        },
        // An interactive page lives in the process that drew it.
        SessionAffinity = service != "web" || addresses.Count < 2 ? null : new SessionAffinityConfig
        {
            Enabled = true,
            Policy = "Cookie",
            FailurePolicy = "Redistribute",
            AffinityKeyName = "desk-page",
            Cookie = new SessionAffinityCookieConfig { HttpOnly = true, SameSite = SameSiteMode.Lax, IsEssential = true },
        },
    };
}
