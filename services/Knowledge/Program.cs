using Desk.Knowledge;
using Desk.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddKnowledge();

var app = builder.Build();
app.UseExceptionHandler();
app.UseAuthentication();
app.UseAuthorization();
app.MapDefaultEndpoints();
app.MapKnowledge();
app.Run();

/// <summary>The knowledge process; public so that tests can host it.</summary>
public partial class Program;
