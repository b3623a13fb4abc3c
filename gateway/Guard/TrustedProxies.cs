using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Desk.Gateway.Guard;

/// <summary>
/// <c>Desk:TrustedProxies</c> (addresses or networks, separated by commas) names the proxies in front, if any. Only from them do X-Forwarded-For and
/// X-Forwarded-Proto count; from anybody else they would be a way around the limits.
/// </summary>
internal static class TrustedProxies
{
    public static void Use(WebApplication app)
    {
        if (app.Configuration["Desk:TrustedProxies"] is not { Length: > 0 } proxies)
            return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in proxies.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (proxy.Contains('/'))
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            else
                options.KnownProxies.Add(IPAddress.Parse(proxy));
        }
        app.UseForwardedHeaders(options);
    }
}
