namespace GanKit;

/// <summary>An image and what to call it in messages.</summary>
internal sealed record NamedImage(string Name, LazyImage Image);
