using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GanKit.Tests.Documentation;

/// <summary>Compiles snippets as a new console project would: top-level statements, implicit usings, nullable.</summary>
internal static class SnippetCompiler
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Compiles, or fails with the document's own file and line.</summary>
    public static byte[] Compile(MarkdownSnippet snippet, string epilogue = "")
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        // A snippet with its own using directives is a whole program; another goes on from the one before it.
        var whole = Parse(snippet.Code, options).Usings.Count > 0;
        var continued = whole ? "" : """
            global using GanKit;
            global using GanKit.Checkpoints;
            global using GanKit.Data;
            global using GanKit.ImageSharp;
            global using GanKit.Layers;
            global using GanKit.Metrics;
            global using GanKit.Monitoring;
            global using GanKit.Networks;
            global using GanKit.Resuming;
            global using TorchSharp;
            global using static TorchSharp.torch;
            global using static TorchSharp.torch.nn;
            global using static GanKit.Tests.Documentation.SnippetContext;
            """;
        var placed = $"#line {snippet.Line} \"{snippet.File}\"\n{snippet.Code}\n{epilogue}";
        var kind = IsDeclarationsOnly(placed, options) ? OutputKind.DynamicallyLinkedLibrary
            : OutputKind.ConsoleApplication;
        var compilation = CSharpCompilation.Create(
            $"Snippet{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(ImplicitUsings + "\n" + continued, options), CSharpSyntaxTree.ParseText(
                placed, options)],
            References,
            new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        var problems = result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToArray();
        Assert.True(problems.Length == 0, string.Join(Environment.NewLine, problems.Select(problem => problem.ToString())));
        return assembly.ToArray();
    }

    /// <summary>Runs a compiled snippet from its first statement to its last.</summary>
    public static void Run(byte[] assembly)
    {
        var main = Assembly.Load(assembly).EntryPoint!;
        main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
    }

    private static bool IsDeclarationsOnly(string code, CSharpParseOptions options) =>
        !Parse(code, options).Members.OfType<GlobalStatementSyntax>().Any();

    private static CompilationUnitSyntax Parse(string code, CSharpParseOptions options) =>
        (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(code, options).GetRoot();
}
