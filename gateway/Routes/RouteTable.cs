using Desk.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;

namespace Desk.Gateway.Routes;

/// <summary>
/// What goes where. Who may call what within a service is that service's business; here it is only whether there must be a caller at all, and which
/// pages are for agents. A route that says nothing needs a caller; what is not in the table is not reachable.
/// </summary>
internal static class RouteTable
{
    private const string Anybody = "anonymous";
    private static readonly string[] Read = ["GET", "HEAD"];
    private static readonly string[] Write = ["POST"];

    private static readonly string[] Verbs = ["assign", "escalate", "pause", "resume", "resolve", "reopen", "close", "merge", "unmerge", "link", "unlink", "tell"];

    public static IReadOnlyList<RouteConfig> Routes { get; } =
    [
        To("intake", "/api/v1/tickets", methods: [.. Read, .. Write]),
        To("intake", "/api/v1/tickets/{number}", methods: Read),
        To("intake", "/api/v1/tickets/{number}/split", methods: Write),
        To("intake", "/api/v1/tickets/by-link/{token}", methods: Read, policy: Anybody),
        To("intake", "/api/v1/tickets/{number}/messages/{**rest}"),
        To("intake", "/api/v1/tickets/{number}/notes/{**rest}"),
        To("intake", "/api/v1/tickets/{number}/attachments/{**rest}"),
        To("intake", "/api/v1/attachments/{**rest}"),
        To("intake", "/api/v1/import/tickets", methods: Write),
        To("intake", "/api/v1/mail/{**rest}"),
        To("intake", "/api/v1/people/{**rest}"),
        To("intake", "/api/v1/organisations/{**rest}"),

        To("routing", "/api/v1/tickets/{number}", methods: ["PATCH"]),
        .. Verbs.Select(verb => To("routing", $"/api/v1/tickets/{{number}}/{verb}", methods: Write)),
        To("routing", "/api/v1/tickets/{number}/checklist/{**rest}"),
        To("routing", "/api/v1/tickets/{number}/reminders", methods: Write),
        To("routing", "/api/v1/tickets/{number}/timeline", methods: Read),
        To("routing", "/api/v1/tickets/{number}/clocks", methods: Read),
        To("routing", "/api/v1/tickets/{number}/links", methods: Read),
        // The link itself is the proof: calendars that fetch it cannot sign in.
        To("routing", "/api/v1/routing/feeds/{token}/duty.ics", methods: Read, policy: Anybody),
        To("routing", "/api/v1/routing/majors", methods: Read, policy: Anybody),
        To("routing", "/api/v1/routing/{**rest}"),

        To("knowledge", "/api/v1/tickets/{number}/proposals/{**rest}"),
        To("knowledge", "/api/v1/tickets/{number}/similar/{**rest}"),
        To("knowledge", "/api/v1/knowledge/search", methods: Read, policy: Anybody),
        To("knowledge", "/api/v1/knowledge/articles/{**rest}", methods: Read, policy: Anybody),
        To("knowledge", "/api/v1/knowledge/help", methods: Read, policy: Anybody),
        To("knowledge", "/api/v1/knowledge/{**rest}"),

        To("notification", "/api/v1/notification/updates/{token}", methods: Read, policy: Anybody),
        // Also what a mail program posts to, which its reader would see as a page.
        To("notification", "/updates/{token}", methods: Write, policy: Anybody),
        To("notification", "/api/v1/notification/{**rest}"),
        To("analytics", "/api/v1/analytics/{**rest}"),

        .. Destinations.WithApi.Select(service => To(service, $"/api/v1/operations/{service}/{{**rest}}")),

        To("web", "/agent/{**rest}", policy: Policies.Agent),
        To("web", "/ops/{**rest}", policy: Policies.Lead),
        // After all else, also after the gateway's own answer for what is not in the API.
        To("web", "/{**rest}", policy: Anybody) with { Order = int.MaxValue },
    ];

    private static RouteConfig To(string service, string path, string[]? methods = null, string? policy = null) => new()
    {
        RouteId = $"{service} {string.Join('|', methods ?? ["*"])} {path}",
        ClusterId = service,
        Match = new RouteMatch { Path = path, Methods = methods },
        AuthorizationPolicy = policy,
    };
}
