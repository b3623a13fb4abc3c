using Desk.Gateway;
using Desk.Gateway.Keys;
using Desk.ServiceDefaults;

if (args is ["key", .. var wish])
    return await MakeKey.RunAsync(wish);

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddGateway();

var app = builder.Build();
app.UseGateway();
app.MapDefaultEndpoints();
app.MapGateway();
app.Run();
return 0;
