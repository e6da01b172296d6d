using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using TwoStory.Tests.Api;

namespace TwoStory.Tests.Hostile;

/// <summary>Makes requests of which each is a good one with something wrong, so that it gets as far in as it can.</summary>
/// <param name="routes">All there are.</param>
/// <param name="tokens">Access tokens of people to be.</param>
/// <param name="ids">Of things that there are.</param>
sealed class HostileRequests(IReadOnlyList<MappedRoute> routes, IReadOnlyList<string> tokens, IReadOnlyList<string> ids)
{
    static readonly string[] Queries = ["limit", "after", "q", "owner", "temperature", "unread", "address", "leadsTo", "month", "action", "userId", "nonsense", "", "limit[]", "Limit", "__proto__"];

    static readonly string[] ContentTypes =
    [
        "text/plain", "text/html", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/json; charset=utf-7",
        "application/json; charset=nonsense", "application/json; charset=", "application/json;;;", "application/json; charset=\"utf-8", "application/vnd.api+json", "json", "*/*", "/", "", "application/json, text/plain",
        "application/json; charset=utf-32", "application/json; charset=iso-8859-1", "application/json; charset=ebcdic-cp-us",
    ];

    static readonly string[] Segments =
    [
        "..", ".", "%2e%2e", "%2e%2e%2f", "..%2f..%2f", "%2f", "%5c", "%00", "%0d%0aX-Injected:%20yes", ";", ";a=b", "%3b", "%", "%zz", "%u0041", "%c0%ae", "%ed%a0%80", "%f5%80%80%80", "~", "*", "'", "%27%20or%201=1--",
        "%22", "<b>", "{id}", "null", "-1", "0", "1e9", "01890000-0000-7000-8000-00000000000g", "%7b01890000-0000-7000-8000-000000000000%7d", "01890000000070008000000000000000", "%EF%BB%BF", "%E2%80%AE", "\u00e9", "con", "aux",
        "%252e%252e", "a%20b", "+", "@", ":80", "http:%2f%2f127.0.0.1:1", "\\..\\", "$metadata", "x')%20or%20(1%20eq%201", "x%27)",
    ];

    static readonly Dictionary<string, string> Bodies = new()
    {
        ["POST /api/auth/register"] = """{"organizationName": "Fuzz Realty", "name": "F", "email": "fuzz-register@example.com", "password": "MARK-password-1"}""",
        ["POST /api/auth/login"] = """{"email": "fuzz-login@example.com", "password": "MARK-password-2"}""",
        ["POST /api/auth/refresh"] = """{"refreshToken": "MARK-refresh-3"}""",
        ["POST /api/auth/logout"] = """{"refreshToken": "MARK-refresh-4"}""",
        ["POST /api/auth/accept-invite"] = """{"token": "MARK-invite-5", "name": "I", "password": "MARK-password-5"}""",
        ["POST /api/auth/forgot-password"] = """{"email": "fuzz-forgot@example.com"}""",
        ["POST /api/auth/reset-password"] = """{"token": "MARK-reset-6", "password": "MARK-password-6"}""",
        ["POST /api/auth/change-password"] = """{"currentPassword": "MARK-password-7", "newPassword": "MARK-password-8"}""",
        ["PUT /api/organization"] = """{"name": "Fuzz Realty", "timeZone": "America/Denver", "radiusMiles": 1.5, "windowDays": 7, "valueChangePercent": 2, "emailMode": "per_run", "monthlyCaps": {"spark": null, "rentCast": 100000}}""",
        ["PUT /api/organization/subscription"] = """{"tier": "brokerage"}""",
        ["POST /api/organization/spark-credentials"] = """{"strategy": "client_credentials", "clientId": "sim-idx-MARK", "clientSecret": "MARK-secret-9", "baseUrl": null, "pageSize": 25, "requestsPer5Minutes": 1500}""",
        ["PUT /api/organization/users/{userId:guid}"] = """{"name": "Somebody", "role": "agent"}""",
        ["POST /api/organization/users/invite"] = """{"email": "fuzz-invite@example.com", "role": "agent"}""",
        ["POST /api/leads"] = Lead,
        ["PUT /api/leads/{id:guid}"] = Lead,
    };

    const string Lead =
        """
        {"name": "L", "email": "l@example.com", "phone": "1", "address": {"street": "1 Main St", "unit": "2", "city": "Seattle", "state": "WA", "postalCode": "98101"},
         "latitude": 47.6, "longitude": -122.3, "propertyType": "Condo", "bedrooms": 2, "bathrooms": 1.5, "squareFeet": 900, "temperature": "hot", "notifyNearbySales": true,
         "notifyValueChanges": true, "radiusMiles": 1, "alertsSince": "2026-01-01", "notes": "n"}
        """;

    /// <summary>Routes that read a body and have no example here.</summary>
    public IEnumerable<string> WithoutBody => routes.Where(route => route.TakesBody).Select(Key).Except(Bodies.Keys);

    public RawRequest Next(int number, Random random)
    {
        // Every route in turn, so that none is left out however few requests there are.
        var route = routes[number % routes.Count];
        var request = Good(route, random);
        return random.Next(9) switch
        {
            0 or 1 or 2 when route.TakesBody => WithBody(request, WrongField(Bodies[Key(route)], random)),
            3 when route.TakesBody => WithBody(request, Garbled(Bodies[Key(route)], random)),
            4 when route.TakesBody => Compressed(request, random),
            5 => WithHeader(request, "Content-Type", HostileText.Pick(random, ContentTypes)),
            6 => OddHeader(request, random),
            7 => OddPath(request, random),
            8 => OddFraming(request, random),
            _ => OddQuery(request, random),
        };
    }

    static string Key(MappedRoute route) => $"{route.Method} {route.Template}";

    RawRequest Good(MappedRoute route, Random random)
    {
        var path = route.Path.Replace("{kind}", random.Next(2) == 0 ? "nearby-sales" : "property-values", StringComparison.Ordinal)
            .Replace("{listingKey}", "20260915194412345678000000", StringComparison.Ordinal)
            .Replace(MappedRoutes.NoId, HostileText.Pick(random, ids), StringComparison.Ordinal);
        // No request may sign out or remove the callers of the others.
        if (route.Name == "RemoveUser") path = route.Path;
        List<string> headers = ["Host: localhost", "Connection: close"];
        if (!route.IsOpen || random.Next(2) == 0) headers.Add($"Authorization: Bearer {HostileText.Pick(random, tokens)}");
        if (route.Name == "Logout") headers.RemoveAll(line => line.StartsWith("Authorization", StringComparison.Ordinal));
        var request = new RawRequest(route.Method, path, headers, []);
        return route.TakesBody ? WithBody(request, Encoding.UTF8.GetBytes(Bodies[Key(route)])) : route.Method is "POST" or "PUT" ? WithHeader(request, "Content-Length", "0") : request;
    }

    static RawRequest WithBody(RawRequest request, byte[] body) =>
        WithHeader(WithHeader(request with { Body = body }, "Content-Type", "application/json"), "Content-Length", $"{body.Length}");

    static RawRequest WithHeader(RawRequest request, string name, string value) =>
        request with { Headers = [.. request.Headers.Where(line => !line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase)), $"{name}: {value}"] };

    static byte[] WrongField(string body, Random random)
    {
        const string Mark = "\"@@\"";
        var root = JsonNode.Parse(body)!.AsObject();
        var holder = root;
        var name = HostileText.Pick(random, [.. root.Select(field => field.Key)]);
        if (holder[name] is JsonObject inner && random.Next(3) > 0) (holder, name) = (inner, HostileText.Pick(random, [.. inner.Select(field => field.Key)]));
        holder[name] = "@@";
        var text = root.ToJsonString().Replace(Mark, HostileText.AnyJson(random), StringComparison.Ordinal);
        if (random.Next(6) == 0) text = text.Replace($"\"{name}\":", $"{HostileText.Quoted(HostileText.Any(random))}:", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text);
    }

    static byte[] Garbled(string body, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        switch (random.Next(9))
        {
            case 0: return bytes[..random.Next(bytes.Length)];
            case 1:
                for (var flips = random.Next(1, 8); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 2: return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", random.Next(1, 40_000))));
            case 3: return Encoding.Unicode.GetBytes(body);
            case 4: return [0xEF, 0xBB, 0xBF, .. bytes];
            case 5: return Encoding.UTF8.GetBytes($"/* c */ {body} // d");
            case 6: return Encoding.UTF8.GetBytes($"[{body}]");
            case 7: return Encoding.UTF8.GetBytes($"{body}{body}");
            default: return new byte[random.Next(250_000, 300_000)];
        }
    }

    static RawRequest Compressed(RawRequest request, Random random)
    {
        var encoding = HostileText.Pick(random, ["gzip", "br", "deflate", "zstd", "gzip, gzip", "identity", "x", ""]);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            if (random.Next(2) == 0) gzip.Write(request.Body);
            else for (var megabyte = 0; megabyte < 64; megabyte++) gzip.Write(Zeros);
        }
        return WithHeader(WithBody(request, packed.ToArray()), "Content-Encoding", encoding);
    }

    static readonly byte[] Zeros = new byte[1024 * 1024];

    RawRequest OddHeader(RawRequest request, Random random)
    {
        var value = HeaderText(random);
        return random.Next(8) switch
        {
            0 => WithHeader(request, "Authorization", HostileText.Pick(random, [value, $"Bearer {value}", "Bearer", "Bearer ", "bearer a.b.c", "Basic YTpi", $"Bearer {tokens[0]} {tokens[0]}", $"Bearer {tokens[0]}.", $"Bearer {new string('a', 20_000)}", $"Bearer {tokens[0]}, Bearer {tokens[0]}"])),
            1 => WithHeader(request, "If-Match", HostileText.Pick(random, [value, $"\"{value}\"", "*", "W/\"1\"", "\"1\", \"2\"", "\"99999999999\"", "\"-1\"", "\"", "\"\"", "W/", "1"])),
            2 => WithHeader(request, "Idempotency-Key", HostileText.Pick(random, [value, new string('k', 255), new string('k', 256), "", "a b", "' or 1=1", "same"])),
            3 => WithHeader(request, "Accept", value),
            4 => WithHeader(request, "Origin", HostileText.Pick(random, [value, "null", "https://evil.example", "https://app.example.com.evil.example"])),
            5 => WithHeader(request, "X-Forwarded-For", HostileText.Pick(random, [value, "127.0.0.1, x", "[::1]:99999", new string('1', 5_000)])),
            6 => WithHeader(request, "traceparent", HostileText.Pick(random, [value, "00-00000000000000000000000000000000-0000000000000000-00", "ff-x"])),
            _ => WithHeader(request, HostileText.Pick(random, ["X-HTTP-Method-Override", "X-Original-URL", "X-Forwarded-Host", "Cookie", "Range", "Accept-Encoding", "Accept-Language", "Expect", "Forwarded"]), value),
        };
    }

    // Only characters that a header can contain; the framing tests send the others.
    static string HeaderText(Random random) =>
        string.Concat(HostileText.Any(random).Select(character => character is < ' ' or > '~' ? '?' : character).Take(4_000)).Trim();

    static RawRequest OddPath(RawRequest request, Random random)
    {
        var parts = request.Target.Split('/').ToList();
        var segment = random.Next(5) == 0 ? new string('a', random.Next(1, 7_000)) : random.Next(3) == 0 ? Escaped(HostileText.Any(random)) : HostileText.Pick(random, Segments);
        var at = random.Next(2, parts.Count);
        switch (random.Next(4))
        {
            case 0: parts.Insert(at, segment); break;
            case 1: parts.Add(segment); break;
            case 2: parts.Insert(at, ""); break;
            default: parts[^1] = segment; break;
        }
        // Kestrel refuses targets that are not valid.
        return request with { Target = string.Join('/', parts), IsHttp = false };
    }

    RawRequest OddQuery(RawRequest request, Random random)
    {
        var pairs = Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
        {
            var value = random.Next(6) switch { 0 => HostileText.Pick(random, ids), 1 => $"{random.Next(-5, 200)}", _ => Escaped(HostileText.Any(random)) };
            return $"{HostileText.Pick(random, Queries)}={value}";
        });
        var query = random.Next(12) == 0 ? HostileText.Pick(random, ["&&&", "=", "=&=", "limit", "limit=", "limit=1&limit=2", "?a", "q=%", "q=%zz", "q=%ff%fe", "q=%ed%a0%80", "after=%00"]) : string.Join('&', pairs);
        return request with { Target = $"{request.Target}?{query}", IsHttp = query.Length < 7_000 };
    }

    static string Escaped(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.Length > 2_000 ? text[..2_000] : text);
        return string.Concat(bytes.Select(octet => octet is >= (byte)'0' and <= (byte)'9' or >= (byte)'a' and <= (byte)'z' ? ((char)octet).ToString() : $"%{octet:X2}"));
    }

    static RawRequest OddFraming(RawRequest request, Random random)
    {
        var raw = request with { IsHttp = false };
        var lie = raw with { HangsUp = true };
        return random.Next(12) switch
        {
            0 => WithHeader(lie, "Content-Length", HostileText.Pick(random, ["-1", "99999999999999999999", "abc", "1, 2", "0x10", "1048577"])),
            1 => Chunked(lie, "zz\r\n{}\r\n0\r\n\r\n"),
            2 => Chunked(lie, "ffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
            3 => Chunked(lie, "5\r\n{}\r\n0\r\n\r\n"),
            4 => Chunked(lie, string.Concat(Enumerable.Repeat("10000\r\n" + new string(' ', 0x10000) + "\r\n", 8)) + "0\r\n\r\n"),
            5 => WithHeader(Chunked(lie, "0\r\n\r\nGET /api/health HTTP/1.1\r\nHost: x\r\n\r\n"), "Content-Length", "5"),
            6 => WithHeader(lie, "Transfer-Encoding", HostileText.Pick(random, ["gzip", "chunked, chunked", "identity", "\u000bchunked"])),
            7 => raw with { Headers = [.. raw.Headers, $"X-A: a\r\n {HostileText.InjectedHeader}: yes", "Bad Header: x", ": y"] },
            8 => raw with { Method = HostileText.Pick(random, ["PATCH", "TRACE", "CONNECT", "HEAD", "OPTIONS", "get", "GÉT", "", new string('A', 9_000)]) },
            9 => raw with { Target = HostileText.Pick(random, ["*", "", "http://evil.example/api/leads", "//api/leads", "/api", "/api/", "/API/LEADS", "/api/leads#x", "/api/\u00ff", "/api/leads HTTP/1.1\r\nX: y"]) },
            10 => raw with { Headers = [.. raw.Headers.Where(line => !line.StartsWith("Host", StringComparison.Ordinal)), .. HostileText.Pick(random, new string[][] { [], ["Host: a", "Host: b"], ["Host: a b"], ["Host: " + new string('h', 9_000)] })] },
            _ => raw with { Headers = [.. raw.Headers, .. Enumerable.Range(0, random.Next(50, 400)).Select(number => $"X-{number}: {new string('v', random.Next(200))}")] },
        };
    }

    static RawRequest Chunked(RawRequest request, string body) => WithHeader(
        WithHeader(request with { Headers = [.. request.Headers.Where(line => !line.StartsWith("Content-Length", StringComparison.Ordinal))], Body = Encoding.Latin1.GetBytes(body) }, "Content-Type", "application/json"),
        "Transfer-Encoding", "chunked");
}
